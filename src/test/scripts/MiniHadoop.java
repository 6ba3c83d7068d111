import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/**
 * HDFS of one data node and YARN of two node managers, until standard input ends:
 *
 *     java -cp CLASSES MiniHadoop.java DIRECTORY
 *
 * Writes DIRECTORY/conf/core-site.xml and yarn-site.xml, the second when all is ready.
 */
public final class MiniHadoop {
    private static final int NODES = 2;
    private static final int NODE_MEGABYTES = 3072;

    public static void main(String[] arguments) {
        try {
            start(Path.of(arguments[0]));
            while (System.in.read() >= 0) {}
            System.exit(0);
        } catch (Exception | Error failure) {
            failure.printStackTrace();
            System.exit(1); // threads of what has started would go on
        }
    }

    private static void start(Path directory) throws Exception {
        Path configurations = Files.createDirectories(directory.resolve("conf"));

        YarnConfiguration conf = new YarnConfiguration();
        conf.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, directory.resolve("hdfs").toString());
        MiniDFSCluster hdfs = new MiniDFSCluster.Builder(conf).numDataNodes(1).build();
        hdfs.waitClusterUp();
        conf.set("fs.defaultFS", hdfs.getURI().toString());

        conf.set("yarn.resourcemanager.hostname", "localhost");
        conf.setInt("yarn.minicluster.yarn.nodemanager.resource.memory-mb", NODE_MEGABYTES);
        conf.setInt("yarn.scheduler.minimum-allocation-mb", 256);
        conf.set("yarn.nodemanager.vmem-check-enabled", "false");
        conf.set("yarn.nodemanager.pmem-check-enabled", "false");
        conf.set("yarn.nodemanager.disk-health-checker.max-disk-utilization-per-disk-percentage", "100");
        conf.set("yarn.nodemanager.delete.debug-delay-sec", "600"); // so that logs are there when a test fails
        // The file with these is not in the mini cluster's jar.
        conf.set("yarn.scheduler.capacity.root.queues", "default");
        conf.set("yarn.scheduler.capacity.root.default.capacity", "100");
        conf.set("yarn.scheduler.capacity.root.default.maximum-capacity", "100");
        conf.set("yarn.scheduler.capacity.root.default.state", "RUNNING");
        conf.set("yarn.scheduler.capacity.root.default.acl_submit_applications", "*");
        conf.set("yarn.scheduler.capacity.maximum-am-resource-percent", "1");
        conf.set("yarn.scheduler.capacity.node-locality-delay", "-1");
        System.setProperty("test.build.data", directory.resolve("yarn").toString());
        MiniYARNCluster yarn = new MiniYARNCluster("lockstep", NODES, 1, 1);
        yarn.init(conf);
        yarn.start();
        if (!yarn.waitForNodeManagersToConnect(60_000)) {
            throw new IllegalStateException("the node managers do not join");
        }

        Configuration ofClients = new Configuration(yarn.getConfig());
        ofClients.unset("net.topology.node.switch.mapping.impl"); // a class that clients have not
        write(ofClients, configurations, "core-site.xml");
        write(ofClients, configurations, "yarn-site.xml");
    }

    /** Under its name when it is complete. */
    private static void write(Configuration conf, Path directory, String name) throws Exception {
        Path unfinished = directory.resolve("." + name);
        try (OutputStream out = Files.newOutputStream(unfinished)) {
            conf.writeXml(out);
        }
        Files.move(unfinished, directory.resolve(name));
    }
}
