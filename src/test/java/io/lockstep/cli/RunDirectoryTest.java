package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lockstep.data.IdxData;
import io.lockstep.model.TrainedModel;
import io.lockstep.storage.Directory;
import io.lockstep.storage.WeightsDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run leaves behind. */
class RunDirectoryTest {
    @TempDir
    private static Path directory;

    private static Path output;
    private static Lockstep result;
    private static JsonNode record;

    @BeforeAll
    static void trainOnce() throws IOException {
        Path train = IdxData.clusters(1000, 20, 4, 1).write(directory, "train");
        Path test = IdxData.clusters(200, 20, 4, 2).write(directory, "test");
        output = directory.resolve("nested/run");
        result = Lockstep.run(
                "train", "--train", train, "--test", test, "--hidden", "16", "--epochs", "4", "--output", output);
        record = new ObjectMapper().readTree(output.resolve("run.json").toFile());
    }

    @Test
    void itHoldsTheDesignedFilesAndNoOthers() throws IOException {
        try (Stream<Path> files = Files.walk(output)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> output.relativize(file).toString()))
                    .containsExactlyInAnyOrder(
                            "run.json",
                            "metrics/epoch-00001.parquet",
                            "metrics/epoch-00002.parquet",
                            "metrics/epoch-00003.parquet",
                            "metrics/epoch-00004.parquet",
                            "checkpoints/step-000000000012.safetensors",
                            "checkpoints/step-000000000016.safetensors",
                            "model/model.json",
                            "model/weights.safetensors",
                            "evaluation/evaluation.json",
                            "evaluation/figures.parquet",
                            "evaluation/classes.parquet",
                            "evaluation/confusion.parquet",
                            "evaluation/calibration.parquet",
                            "plots.png",
                            "report.html");
        }
    }

    @Test
    void theDigestIsThatOfTheWrittenModel() {
        TrainedModel model = TrainedModel.read(Directory.at(
                new org.apache.hadoop.fs.Path(output.resolve("model").toUri()), new Configuration()));
        assertThat(WeightsDigest.sha256(model.parameters())).isEqualTo(result.digest());
        assertThat(model.network()).hasToString("20-16-4");
        assertThat(record.at("/result/weightsSha256").asText()).isEqualTo(result.digest());
        assertThat(model.provenance().runId()).isEqualTo(record.path("runId").asText());
    }

    @Test
    void theRecordAddsUp() {
        JsonNode data = record.path("data");
        long inSample = data.path("trainExamples").asLong()
                + data.path("validationExamples").asLong();
        assertThat(inSample).isEqualTo(1000);
        assertThat(data.path("testExamples").asLong()).isEqualTo(200);
        assertThat(data.path("classes").asInt()).isEqualTo(4);
        assertThat(data.path("features").asInt()).isEqualTo(20);
        JsonNode scores = record.path("result");
        assertThat(scores.at("/inSample/examples").asLong()).isEqualTo(1000);
        double correct = scores.at("/train/accuracy").asDouble()
                        * data.path("trainExamples").asLong()
                + scores.at("/validation/accuracy").asDouble()
                        * data.path("validationExamples").asLong();
        assertThat(scores.at("/inSample/accuracy").asDouble()).isCloseTo(correct / 1000, within(1e-12));
        assertThat(scores.at("/test/accuracy").asDouble()).isGreaterThan(0.8);
        assertThat(scores.path("steps").asLong()).isEqualTo(4 * 4);
        assertThat(record.at("/environment/executors/0/blas").asText()).isEqualTo("none");
    }

    @Test
    void theClosingTableShowsWhatTheRecordSays() {
        for (String[] names :
                new String[][] {{"inSample", "in-sample"}, {"validation", "validation"}, {"test", "test"}}) {
            JsonNode score = record.path("result").path(names[0]);
            assertThat(result.out())
                    .contains(String.format(
                            "%-12s %10d %10.5f %10.5f",
                            names[1],
                            score.path("examples").asLong(),
                            score.path("loss").asDouble(),
                            score.path("accuracy").asDouble()));
        }
        assertThat(result.out()).contains("trained 16 steps");
        assertThat(result.out().lines().filter(line -> line.startsWith("epoch ")))
                .hasSize(4);
    }

    @Test
    void sparkReadsTheMetricsAsOneTable() throws IOException {
        try (SparkSession spark = SparkSession.builder().master("local[1]").getOrCreate()) {
            List<Row> rows = spark.read()
                    .parquet(output.resolve("metrics").toString())
                    .orderBy("epoch", "split")
                    .collectAsList();
            List<String> keys = new ArrayList<>();
            rows.forEach(row -> keys.add(row.getAs("epoch") + " " + row.getAs("split")));
            assertThat(keys).hasSize(12).startsWith("1 test", "1 train", "1 validation", "2 test");
            assertThat(rows).allSatisfy(row -> {
                double loss = row.getAs("loss");
                double crossEntropy = row.getAs("cross_entropy");
                double penalty = row.getAs("penalty");
                assertThat(loss).isEqualTo(crossEntropy + penalty);
                assertThat(row.<String>getAs("run_id"))
                        .isEqualTo(record.path("runId").asText());
            });
        }
    }
}
