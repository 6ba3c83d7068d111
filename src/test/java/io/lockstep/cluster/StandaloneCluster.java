package io.lockstep.cluster;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * A real standalone cluster of separate processes on loopback, from the Spark that the build gathers: one master, and
 * workers of two cores, each under an address of its own, because Spark never speculates on the host of the first
 * attempt. The master spreads a run of no more cores than workers over executors of one core.
 */
public final class StandaloneCluster implements AutoCloseable {
    private static final Path HOME = Path.of("").toAbsolutePath();
    private static final Path SPARK_HOME = HOME.resolve("target/spark");
    private static final int CORES = 2;
    private static final Duration START_LIMIT = Duration.ofMinutes(1);

    private final Path directory;
    private final Map<String, String> configuration;
    private final Visitor visitor;
    private final List<Process> processes = new ArrayList<>();
    private final int port;
    private final int webPort;
    private int workers;

    private StandaloneCluster(Path directory, Map<String, String> configuration) throws IOException {
        this.directory = directory;
        this.configuration = configuration;
        this.visitor = Visitor.to(configuration);
        this.port = freePort();
        this.webPort = freePort();
    }

    /**
     * Starts a cluster and waits until all workers have joined.
     *
     * @param directory for logs and the workers' files
     * @param configuration Spark's, of master and workers
     */
    public static StandaloneCluster start(Path directory, int workers, Map<String, String> configuration)
            throws IOException {
        StandaloneCluster cluster = new StandaloneCluster(directory, configuration);
        try {
            cluster.launch(
                    "master",
                    "org.apache.spark.deploy.master.Master",
                    "--host",
                    "127.0.0.1",
                    "--port",
                    cluster.port,
                    "--webui-port",
                    cluster.webPort);
            cluster.addWorkers(workers);
            return cluster;
        } catch (RuntimeException | IOException failure) {
            cluster.close();
            throw failure;
        }
    }

    /** Starts more workers and waits until they have joined. */
    void addWorkers(int count) throws IOException {
        int before = workers;
        while (workers < before + count) {
            workers++;
            launch(
                    "worker-" + workers,
                    "org.apache.spark.deploy.worker.Worker",
                    "--host",
                    "127.0.0." + workers,
                    "--webui-port",
                    0,
                    "--cores",
                    CORES,
                    "--memory",
                    "1g",
                    "--work-dir",
                    directory.resolve("work-" + workers),
                    url());
        }
        await("the workers to join, logs are in " + directory)
                .atMost(START_LIMIT)
                .ignoreExceptions()
                .until(() -> aliveWorkers() == workers);
    }

    public String url() {
        return "spark://127.0.0.1:" + port;
    }

    /** The address of the master's web pages. */
    String masterPages() {
        return "http://127.0.0.1:" + webPort;
    }

    /** The addresses of the workers' web pages. */
    List<String> workerPages() throws IOException, InterruptedException {
        return status().findValuesAsText("webuiaddress");
    }

    @Override
    public void close() {
        processes.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
        processes.forEach(process -> process.onExit().join());
    }

    private void launch(String name, String mainClass, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx256m",
                "-cp",
                HOME.resolve("conf") + ":" + SPARK_HOME.resolve("jars") + "/*"));
        command.addAll(Arrays.asList(JavaModuleOptions.defaultModuleOptionArray()));
        configuration.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.add(mainClass);
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Path log = directory.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(Map.of("SPARK_HOME", SPARK_HOME.toString(), "SPARK_SCALA_VERSION", "2.13"));
        Files.deleteIfExists(log);
        processes.add(builder.start());
    }

    private int aliveWorkers() throws IOException, InterruptedException {
        return status().get("aliveworkers").asInt();
    }

    /** What the master says of itself and the workers. */
    private JsonNode status() throws IOException, InterruptedException {
        return new ObjectMapper().readTree(visitor.get(masterPages() + "/json/").body());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
