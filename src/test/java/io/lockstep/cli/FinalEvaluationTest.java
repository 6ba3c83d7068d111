package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lockstep.data.IdxData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run ends with an evaluation by rows that it did not learn from. */
class FinalEvaluationTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PIXELS = 64;

    @TempDir
    private Path directory;

    private Path train;
    private Path test;
    private Path evaluation;

    @BeforeEach
    void write() throws IOException {
        IdxData all = IdxData.clusters(500, PIXELS, 3, 1);
        train = all.part(0, 300).write(directory, "train");
        test = all.part(300, 500).write(directory, "test");
        evaluation = directory.resolve("run/evaluation");
    }

    @Test
    void testRowsAreJudgedAsEvaluateJudgesThem() throws IOException {
        train("--test", test);
        JsonNode found = json(evaluation.resolve("evaluation.json"));
        JsonNode result = json(directory.resolve("run/run.json")).path("result").path("test");
        assertThat(found.path("split").asText()).isEqualTo("test");
        assertThat(found.path("examples").asLong()).isEqualTo(200);
        assertThat(found.path("accuracy").asDouble())
                .isEqualTo(result.path("accuracy").asDouble());

        byte[] figures = Files.readAllBytes(evaluation.resolve("figures.parquet"));
        Lockstep evaluated =
                Lockstep.run("evaluate", "--model", directory.resolve("run"), "--data", test, "--output", evaluation);
        assertThat(evaluated.exitCode()).as(evaluated.err()).isZero();
        assertThat(evaluation.resolve("figures.parquet")).hasBinaryContent(figures);
        ((ObjectNode) found).remove("split");
        assertThat(json(evaluation.resolve("evaluation.json"))).isEqualTo(found);
        assertThat(evaluation.resolve("mistakes.json")).doesNotExist();
    }

    @Test
    void theWorstMistakesAreShownInTheReport() throws IOException {
        train("--test", test);
        JsonNode mistakes = json(evaluation.resolve("mistakes.json")).path("mistakes");
        JsonNode matrix = json(evaluation.resolve("evaluation.json")).path("confusionMatrix");
        int wrong = 200
                - matrix.path(0).path(0).asInt()
                - matrix.path(1).path(1).asInt()
                - matrix.path(2).path(2).asInt();
        assertThat(mistakes).hasSize(Math.min(24, wrong)).isNotEmpty();
        double before = 1;
        for (JsonNode each : mistakes) {
            assertThat(each.path("truth")).isNotEqualTo(each.path("prediction"));
            assertThat(each.path("pixels").binaryValue()).hasSize(PIXELS);
            assertThat(each.path("confidence").asDouble()).isBetween(1.0 / 3, before);
            before = each.path("confidence").asDouble();
        }
        JsonNode worst = mistakes.path(0);
        assertThat(Files.readString(directory.resolve("run/report.html")))
                .contains("Most confident mistakes", "Of the test rows")
                .contains("Image of class " + worst.path("truth").asText() + " that was taken for "
                        + worst.path("prediction").asText());
    }

    @Test
    void withoutTestRowsValidationRowsAreJudged() throws IOException {
        train("--validation-fraction", "0.3");
        JsonNode data = json(directory.resolve("run/run.json")).path("data");
        JsonNode found = json(evaluation.resolve("evaluation.json"));
        assertThat(found.path("split").asText()).isEqualTo("validation");
        assertThat(found.path("examples").asLong())
                .isEqualTo(data.path("validationExamples").asLong());
    }

    private void train(Object... options) {
        Object[] arguments = {
            "train",
            "--train",
            train,
            "--output",
            directory.resolve("run"),
            "--hidden",
            "4",
            "--epochs",
            "1",
            "--learning-rate",
            "0.001",
            "--batch-size",
            "100"
        };
        Object[] all = Stream.of(arguments, options).flatMap(Stream::of).toArray();
        Lockstep trained = Lockstep.run(all);
        assertThat(trained.exitCode()).as(trained.err()).isZero();
    }

    private static JsonNode json(Path file) throws IOException {
        return JSON.readTree(file.toFile());
    }
}
