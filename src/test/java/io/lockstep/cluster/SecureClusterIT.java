package io.lockstep.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.cli.Lockstep;
import io.lockstep.cluster.FaultListener.Action;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Under {@code conf/spark-defaults-secure.conf}: the same bits after a kill, and no secret in anything that is written. */
class SecureClusterIT {
    private static final Path CONF = Path.of("conf").toAbsolutePath();

    @TempDir
    private Path directory;

    @Test
    void anExecutorIsKilledAndTheSecretStaysSecret() throws Exception {
        String secret = UUID.randomUUID().toString();
        Path sparkConfiguration = secureConfiguration(secret);
        Map<String, String> secure = properties(sparkConfiguration.resolve("spark-defaults.conf"));
        secure.keySet().removeIf(key -> key.startsWith("spark.driver.") || key.startsWith("spark.executor."));
        try (ClusterRuns runs = new ClusterRuns(directory, sparkConfiguration, secure, ClusterRuns.BATCH_SIZE)) {
            Lockstep result = runs.submit(
                    2, ClusterRuns.fault(Action.KILL_EXECUTOR, ClusterRuns.STEP, 15), directory.resolve("secure-run"));
            assertThat(result.out()).contains("fault: KILL_EXECUTOR");
            assertThat(result.digest()).isEqualTo(runs.expectedDigest());
            assertThat(result.out() + result.err()).doesNotContain(secret);
            Lockstep resident =
                    runs.submit(2, Map.of(), directory.resolve("secure-resident-run"), "--engine", "resident");
            assertThat(resident.digest()).isEqualTo(result.digest());
        }
        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(files.filter(file -> Files.isRegularFile(file) && !file.startsWith(directory.resolve("conf"))))
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1))
                            .doesNotContain(secret));
        }
    }

    /** As a user would make it: our defaults, the secure ones, and a secret. */
    private Path secureConfiguration(String secret) throws IOException {
        Path configuration = Files.createDirectory(directory.resolve("conf"));
        Files.copy(CONF.resolve("log4j2.properties"), configuration.resolve("log4j2.properties"));
        Files.writeString(
                configuration.resolve("spark-defaults.conf"),
                Files.readString(CONF.resolve("spark-defaults.conf"))
                        + Files.readString(CONF.resolve("spark-defaults-secure.conf"))
                        + "spark.authenticate.secret " + secret + "\n");
        return configuration;
    }

    private static Map<String, String> properties(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        }
        Map<String, String> map = new HashMap<>();
        properties.forEach(
                (key, value) -> map.put(key.toString(), value.toString().strip()));
        return map;
    }
}
