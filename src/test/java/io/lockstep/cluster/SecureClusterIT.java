package io.lockstep.cluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.cli.Lockstep;
import io.lockstep.cluster.FaultListener.Action;
import java.io.IOException;
import java.io.Reader;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Under {@code conf/spark-defaults-secure.conf}: the same bits after a kill, no secret in anything that is written, and
 * no web page for strangers.
 */
class SecureClusterIT {
    private static final Path CONF = Path.of("conf").toAbsolutePath();

    private static final int OK = 200;
    private static final int REFUSED = 403;

    private static final List<String> MASTER_PAGES = List.of(
            "/",
            "/json/",
            "/environment/",
            "/app/?appId=APPLICATION",
            "/logPage/?self&logType=out",
            "/metrics/json/",
            "/metrics/master/json/",
            "/metrics/applications/json/",
            "/metrics/prometheus/",
            "/api/v1/applications",
            "/static/webui.js");

    private static final List<String> WORKER_PAGES = List.of(
            "/",
            "/json/",
            "/logPage/?appId=APPLICATION&executorId=0&logType=stderr",
            "/log/?appId=APPLICATION&executorId=0&logType=stderr",
            "/metrics/json/",
            "/metrics/prometheus/",
            "/static/webui.js");

    private static final List<String> DRIVER_PAGES = List.of(
            "/",
            "/jobs/",
            "/environment/",
            "/executors/",
            "/executors/threadDump/?executorId=driver",
            "/executors/heapHistogram/?executorId=driver",
            "/api/v1/applications",
            "/api/v1/applications/APPLICATION/environment",
            "/metrics/json/",
            "/metrics/executors/prometheus",
            "/static/webui.js");

    @TempDir
    private Path directory;

    private final String secret = UUID.randomUUID().toString();
    private final String key =
            Base64.getUrlEncoder().encodeToString(UUID.randomUUID().toString().getBytes(UTF_8));

    private Path sparkConfiguration;
    private Map<String, String> secure;

    @BeforeEach
    void configure() throws IOException {
        sparkConfiguration = secureConfiguration();
        secure = properties(sparkConfiguration.resolve("spark-defaults.conf"));
        secure.keySet().removeIf(name -> name.startsWith("spark.driver.") || name.startsWith("spark.executor."));
    }

    @Test
    void anExecutorIsKilledAndTheSecretsStaySecret() throws Exception {
        try (ClusterRuns runs = new ClusterRuns(directory, sparkConfiguration, secure, ClusterRuns.BATCH_SIZE)) {
            Lockstep result = runs.submit(
                    2, ClusterRuns.fault(Action.KILL_EXECUTOR, ClusterRuns.STEP, 15), directory.resolve("secure-run"));
            assertThat(result.out()).contains("fault: KILL_EXECUTOR");
            assertThat(result.digest()).isEqualTo(runs.expectedDigest());
            assertThat(result.out() + result.err()).doesNotContain(secret, key);
            Lockstep resident =
                    runs.submit(2, Map.of(), directory.resolve("secure-resident-run"), "--engine", "resident");
            assertThat(resident.digest()).isEqualTo(result.digest());
            Lockstep exchange = runs.submit(
                    2,
                    Map.of(),
                    directory.resolve("secure-exchange-run"),
                    "--engine",
                    "resident",
                    "--exchange",
                    "executors");
            assertThat(exchange.digest()).isEqualTo(result.digest());
            assertThat(exchange.out() + exchange.err()).doesNotContain(secret, key);
        }
        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(files.filter(file -> Files.isRegularFile(file) && !file.startsWith(directory.resolve("conf"))))
                    .isNotEmpty()
                    .allSatisfy(file ->
                            assertThat(Files.readString(file, ISO_8859_1)).doesNotContain(secret, key));
        }
    }

    /** Where a driver has pages, which it has not by this configuration, they are closed too. */
    @Test
    void webPagesAreForThoseWithAToken() throws Exception {
        SparkConf conf = new SparkConf().setAppName("pages");
        secure.forEach(conf::set);
        conf.set("spark.ui.enabled", "true").set("spark.ui.port", "0");
        conf.set("spark.driver.host", "127.0.0.1").set("spark.executor.memory", "512m");
        try (StandaloneCluster cluster = StandaloneCluster.start(directory, 1, secure);
                JavaSparkContext spark = new JavaSparkContext(conf.setMaster(cluster.url()))) {
            assertThat(spark.parallelize(List.of(1, 2)).count()).isEqualTo(2); // so that there is an executor with logs
            String application = spark.sc().applicationId();
            List<String> pages = Stream.of(
                            pages(cluster.masterPages(), MASTER_PAGES, application),
                            pages(cluster.workerPages().get(0), WORKER_PAGES, application),
                            pages(spark.sc().uiWebUrl().get(), DRIVER_PAGES, application))
                    .flatMap(List::stream)
                    .toList();
            String otherKey = new StringBuilder(key).reverse().toString();
            for (String page : pages) {
                assertThat(Visitor.stranger().get(page).statusCode()).as(page).isEqualTo(REFUSED);
                HttpResponse<String> answer =
                        Visitor.friend(key, Duration.ofMinutes(5)).get(page);
                assertThat(answer.statusCode()).as(page).isEqualTo(OK);
                assertThat(answer.body()).doesNotContain(secret, key);
            }
            for (Visitor other : List.of(
                    Visitor.swindler(),
                    Visitor.friend(otherKey, Duration.ofMinutes(5)),
                    Visitor.friend(key, Duration.ofMinutes(-5)))) {
                assertThat(other.get(pages.get(0)).statusCode()).isEqualTo(REFUSED);
            }
        }
    }

    private static List<String> pages(String address, List<String> paths, String application) {
        return paths.stream()
                .map(path -> address + path.replace("APPLICATION", application))
                .toList();
    }

    /** As a user would make it: our defaults, the secure ones, and two secrets. */
    private Path secureConfiguration() throws IOException {
        Path configuration = Files.createDirectory(directory.resolve("conf"));
        Files.copy(CONF.resolve("log4j2.properties"), configuration.resolve("log4j2.properties"));
        Files.writeString(
                configuration.resolve("spark-defaults.conf"),
                Files.readString(CONF.resolve("spark-defaults.conf"))
                        + Files.readString(CONF.resolve("spark-defaults-secure.conf"))
                        + "spark.authenticate.secret " + secret + "\n" + Visitor.KEY + " " + key + "\n");
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
