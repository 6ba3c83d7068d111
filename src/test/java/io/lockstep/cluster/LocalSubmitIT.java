package io.lockstep.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lockstep.cli.Lockstep;
import io.lockstep.data.IdxData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the README: the real script, spark-submit and jar. */
class LocalSubmitIT {
    private static final Path HOME = Path.of("").toAbsolutePath();

    @TempDir
    private Path directory;

    @Test
    void trainsMnistWhileItsMetricsAreRead() throws Exception {
        Files.createSymbolicLink(directory.resolve("data"), HOME.resolve("data"));
        Submission submission = Submission.start(
                directory, "local.sh", "train", "--config", HOME.resolve("conf/mnist.properties"), "--output", "run");
        List<Long> rowsWhileRunning = metricsRowsWhileRunning(submission);
        Lockstep result = submission.await(5);

        assertThat(rowsWhileRunning).isNotEmpty().allMatch(rows -> rows % 3 == 0);
        assertThat(result.err().lines()).allMatch(line -> line.contains("incubator"));
        JsonNode record =
                new ObjectMapper().readTree(directory.resolve("run/run.json").toFile());
        assertThat(record.at("/result/weightsSha256").asText()).isEqualTo(result.digest());
        assertThat(record.at("/result/test/accuracy").asDouble()).isGreaterThanOrEqualTo(0.980);
    }

    @Test
    void passesSparkSubmitOptionsThrough() throws Exception {
        Path images = IdxData.clusters(500, 10, 3, 1).writeGzip(directory, "train");
        Lockstep result = Submission.start(
                        directory,
                        "local.sh",
                        "--master",
                        "local[1]",
                        "--conf=spark.app.name=passed through",
                        "--verbose",
                        "train",
                        "--train",
                        images,
                        "--output",
                        directory.resolve("run"))
                .await(2);
        assertThat(result.digest()).hasSize(64);
        assertThat(result.err()).contains("spark.app.name,passed through");
        assertThat(directory.resolve("run/run.json")).content().doesNotContain("local[1]", "passed through");
    }

    @Test
    void exitCodesAndMessagesReachTheShell() throws Exception {
        IdxData data = IdxData.clusters(500, 10, 3, 1);
        Path images = data.writeGzip(directory, "train");
        byte[] whole = Files.readAllBytes(images);
        Files.write(images, java.util.Arrays.copyOf(whole, whole.length - 100));
        assertFails(3, "truncated", "train", "--train", images, "--output", directory.resolve("run"));
        assertFails(2, "did you mean '--epochs'?", "train", "--train", images, "--output", "run", "--epoch", "3");
        assertFails(2, "expected a value after --master", "--master");
        assertThat(directory.resolve("run")).doesNotExist();
    }

    private void assertFails(int exitCode, String message, Object... arguments)
            throws IOException, InterruptedException {
        Lockstep result = Submission.start(directory, "local.sh", arguments).await(2);
        assertThat(result.exitCode()).isEqualTo(exitCode);
        assertThat(result.err().lines().filter(line -> !line.contains("incubator")))
                .singleElement()
                .asString()
                .contains(message);
    }

    /** Reads the metrics with Spark, again and again, for as long as they are being written. */
    private List<Long> metricsRowsWhileRunning(Submission submission) throws IOException {
        Path metrics = directory.resolve("run/metrics");
        List<Long> counts = new ArrayList<>();
        try (SparkSession spark = SparkSession.builder().master("local[1]").getOrCreate()) {
            await().atMost(5, TimeUnit.MINUTES)
                    .until(() -> !submission.isRunning() || Files.exists(metrics.resolve("epoch-00001.parquet")));
            while (submission.isRunning() && counts.size() < 20) {
                counts.add(spark.read().parquet(metrics.toString()).count());
            }
        }
        return counts;
    }
}
