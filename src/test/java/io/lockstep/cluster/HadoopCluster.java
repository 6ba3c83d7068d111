package io.lockstep.cluster;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Assertions;
import org.junit.platform.commons.JUnitException;
import org.opentest4j.AssertionFailedError;

/**
 * Hadoop's mini cluster, HDFS and YARN, in a process of its own, because its jar and that of Hadoop's clients have the
 * same classes. It ends with the process that started it.
 */
final class HadoopCluster implements AutoCloseable {
    private static final Path HOME = Path.of("").toAbsolutePath();
    private static final Path JARS = HOME.resolve("target/servers");
    private static final Path SPARK_JARS = HOME.resolve("target/spark/jars");
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final Path directory;
    private final Process process;

    private HadoopCluster(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
    }

    /**
     * Starts it and waits until applications can be submitted; where its jar is missing, the test is skipped.
     *
     * @param directory for logs, configuration and all that the servers write
     */
    static HadoopCluster start(Path directory) throws IOException {
        Path jar = JARS.resolve("hadoop-client-minicluster.jar");
        assumeTrue(Files.exists(jar), "no " + jar + ", which mvn package -Plong downloads");
        Path java = Path.of(System.getProperty("java.home"));
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        java.resolve("bin/java").toString(),
                        "-Xmx700m",
                        "-XX:+UseSerialGC",
                        "-Dlog4j2.configurationFile=" + HOME.resolve("conf/log4j2.properties"),
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "-cp",
                        classPath(),
                        HOME.resolve("src/test/scripts/MiniHadoop.java").toString(),
                        directory.toString()))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("hadoop.log").toFile());
        builder.environment().put("JAVA_HOME", java.toString());
        HadoopCluster cluster = new HadoopCluster(directory, builder.start());
        try {
            await("the mini cluster, whose log is in " + directory)
                    .atMost(START_LIMIT)
                    .failFast(
                            "the mini cluster has ended, its log is in " + directory, () -> !cluster.process.isAlive())
                    .until(() -> Files.exists(cluster.configurations().resolve("yarn-site.xml")));
            return cluster;
        } catch (RuntimeException failure) {
            cluster.close();
            throw failure;
        }
    }

    /** Its own jars first; what it takes from JUnit, for checks of its own, is where this class has it from. */
    private static String classPath() {
        Stream<String> own = Stream.of(
                        "hadoop-client-minicluster", "bcprov-jdk18on", "bcpkix-jdk18on", "bcutil-jdk18on")
                .map(name -> JARS.resolve(name + ".jar").toString());
        Stream<String> ofJunit = Stream.of(Assertions.class, AssertionFailedError.class, JUnitException.class)
                .map(type ->
                        type.getProtectionDomain().getCodeSource().getLocation().getPath());
        return Stream.of(own, ofJunit, Stream.of(SPARK_JARS + "/*"))
                .flatMap(jars -> jars)
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** The directory for HADOOP_CONF_DIR. */
    Path configurations() {
        return directory.resolve("conf");
    }

    Configuration configuration() {
        Configuration hadoop = new Configuration();
        hadoop.addResource(new org.apache.hadoop.fs.Path(
                configurations().resolve("core-site.xml").toUri()));
        return hadoop;
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly); // containers
        process.destroyForcibly();
        process.onExit().join();
    }
}
