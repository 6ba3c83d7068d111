package io.lockstep.cluster;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** A server that speaks S3 (S3Proxy), in a process of its own; its buckets are directories. */
final class S3Server implements AutoCloseable {
    private static final Path JAR =
            Path.of("target/servers/s3proxy-jar-with-dependencies.jar").toAbsolutePath();
    private static final Duration START_LIMIT = Duration.ofMinutes(1);

    private final Path buckets;
    private final int port;
    private final Process process;

    private S3Server(Path buckets, int port, Process process) {
        this.buckets = buckets;
        this.port = port;
        this.process = process;
    }

    /**
     * Starts it and waits until it answers; where its jar is missing, the test is skipped.
     *
     * @param directory for its log and the buckets
     */
    static S3Server start(Path directory) throws IOException {
        assumeTrue(Files.exists(JAR), "no " + JAR + ", which mvn package -Plong downloads");
        Path buckets = Files.createDirectories(directory.resolve("buckets"));
        int port = freePort();
        Path properties = Files.writeString(directory.resolve("s3proxy.properties"), """
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=test
                s3proxy.credential=secret
                s3proxy.endpoint=http://127.0.0.1:%d
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s
                """.formatted(port, buckets));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xmx256m",
                        "-jar",
                        JAR.toString(),
                        "--properties",
                        properties.toString())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("s3proxy.log").toFile())
                .start();
        S3Server server = new S3Server(buckets, port, process);
        try {
            await("the server, whose log is in " + directory)
                    .atMost(START_LIMIT)
                    .failFast("the server has ended, its log is in " + directory, () -> !process.isAlive())
                    .until(server::answers);
            return server;
        } catch (RuntimeException failure) {
            server.close();
            throw failure;
        }
    }

    void makeBucket(String name) throws IOException {
        Files.createDirectories(buckets.resolve(name));
    }

    /** Hadoop's options for it. */
    Map<String, String> options() {
        return Map.of(
                "fs.s3a.endpoint",
                "http://127.0.0.1:" + port,
                "fs.s3a.endpoint.region",
                "us-east-1",
                "fs.s3a.path.style.access",
                "true",
                "fs.s3a.access.key",
                "test",
                "fs.s3a.secret.key",
                "secret");
    }

    Configuration configuration() {
        Configuration hadoop = new Configuration();
        options().forEach(hadoop::set);
        return hadoop;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
