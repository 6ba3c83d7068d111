package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another program, in float64, finds the same figures. */
class IndependentFiguresTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Both sides compute in float64. */
    private static final double EXACT = 1e-9;

    /** One side computes in float32. */
    private static final double ROUNDED = 1e-6;

    @TempDir
    private Path directory;

    private Commands commands;

    @BeforeEach
    void useDirectory() {
        commands = new Commands(directory, directory);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--scaling standardize --class-weights balanced --l2 0.001",
                "--scaling min-max --class-weights rare=3.5,often=0.25 --l2 0",
                "--scaling auto --class-weights none --l2 0.01"
            })
    void numpyFindsTheSamePreparationLossAndEvaluation(String options) throws Exception {
        Python.require(directory, "numpy");
        Path train = Files.write(directory.resolve("train.csv"), table(400, 1));
        Path test = Files.write(directory.resolve("test.csv"), table(200, 2));
        String data = " --label-column label --weight-column weight";
        succeed("train --train @train.csv --missing mean --hidden 5 --epochs 3 --batch-size 64" + data + " " + options);
        Path predictions = directory.resolve("predictions");
        succeed("predict --model @output --data @test.csv --output-format json --output " + predictions);
        Path evaluation = directory.resolve("evaluation");
        succeed("evaluate --model @output --data @test.csv --output " + evaluation + data);

        Path run = directory.resolve("output");
        JsonNode expected =
                JSON.readTree(Python.lines(directory, "src/test/scripts/recompute.py", train, test, run, predictions)
                        .get(0));
        JsonNode model = json(run.resolve("model/model.json"));
        assertSame(model.path("preparation"), expected.path("preparation"), "preparation", EXACT);
        assertSame(model.path("classes").path("labels"), expected.path("classes"), "classes", 0);
        JsonNode result = json(run.resolve("run.json")).path("result").path("train");
        assertSame(result, expected.path("train"), "train", ROUNDED);
        assertThat(expected.path("largestError").asDouble()).isLessThan(ROUNDED);
        JsonNode found = json(evaluation.resolve("evaluation.json"));
        expected.path("evaluation")
                .properties()
                .forEach(figure -> assertSame(found.path(figure.getKey()), figure.getValue(), figure.getKey(), EXACT));
    }

    /** In one batch, because shards are dealt by content, and other shards make other batches. */
    @Test
    void weightTwoIsTheRowTwiceInTrainingAndEvaluation() throws Exception {
        Random random = new Random(3);
        List<String> weighted = new ArrayList<>(List.of("x,colour,label,weight"));
        List<String> repeated = new ArrayList<>(weighted);
        for (int i = 0; i < 200; i++) {
            String row = random.nextInt(100) + "," + "red green blue".split(" ")[random.nextInt(3)] + ","
                    + random.nextBoolean();
            int times = random.nextInt(3);
            weighted.add(row + "," + times);
            repeated.addAll(Collections.nCopies(times, row + ",1"));
        }
        Files.write(directory.resolve("weighted.csv"), weighted);
        Files.write(directory.resolve("repeated.csv"), repeated);
        for (String name : List.of("weighted", "repeated")) {
            succeed("train --train @" + name + ".csv --weight-column weight --batch-size 1000 --epochs 4 --hidden 4"
                    + " --class-weights balanced --learning-rate 0.5 --output " + directory.resolve(name));
            succeed("evaluate --model @weighted --data @" + name + ".csv --weight-column weight --output "
                    + directory.resolve(name + "-evaluation"));
        }
        JsonNode expected =
                json(directory.resolve("repeated/run.json")).path("result").path("train");
        JsonNode found =
                json(directory.resolve("weighted/run.json")).path("result").path("train");
        assertThat(found.path("loss").asDouble())
                .isEqualTo(expected.path("loss").asDouble(), within(ROUNDED));
        assertThat(found.path("accuracy")).isEqualTo(expected.path("accuracy"));
        assertThat(found.path("examples").asInt()).isBetween(100, 180);
        JsonNode judged = json(directory.resolve("repeated-evaluation/evaluation.json"));
        json(directory.resolve("weighted-evaluation/evaluation.json"))
                .properties()
                .forEach(figure -> {
                    if (!figure.getKey().equals("examples")) {
                        assertSame(judged.path(figure.getKey()), figure.getValue(), figure.getKey(), EXACT);
                    }
                });
    }

    /** Numbers of several sizes, constant and missing ones, categories, weights, and a rare class. */
    private static List<String> table(int rows, int seed) {
        Random random = new Random(seed);
        List<String> lines = new ArrayList<>(List.of("height,seconds,constant,colour,weight,label"));
        IntStream.range(0, rows).forEach(i -> {
            double height = random.nextGaussian();
            String colour = List.of("green", "blue", "rot, \"ü\"", "").get(random.nextInt(4));
            double score = height + (colour.equals("blue") ? 1 : 0) + random.nextGaussian() / 2;
            lines.add((random.nextInt(9) == 0 ? "" : height) + "," + (1_700_000_000L + random.nextInt(100_000)) + ",7,"
                    + (colour.contains(",") ? "\"" + colour.replace("\"", "\"\"") + "\"" : colour) + ","
                    + List.of("0", "0.25", "1", "3").get(random.nextInt(4)) + ","
                    + (score > 1.8 ? "rare" : score > 0 ? "often" : "other"));
        });
        return lines;
    }

    private void succeed(String command) {
        Lockstep result = commands.run(command);
        assertThat(result.exitCode()).as(command + ": " + result.err()).isZero();
    }

    private static JsonNode json(Path file) throws IOException {
        return JSON.readTree(file.toFile());
    }

    /** @param tolerance relative for numbers above 1 */
    private static void assertSame(JsonNode found, JsonNode expected, String name, double tolerance) {
        if (expected.isNumber()) {
            double value = expected.asDouble();
            assertThat(found.isNumber()).as(name).isTrue();
            assertThat(found.asDouble()).as(name).isEqualTo(value, within(tolerance * Math.max(1, Math.abs(value))));
        } else if (expected.isObject()) {
            expected.properties()
                    .forEach(field -> assertSame(
                            found.path(field.getKey()), field.getValue(), name + "." + field.getKey(), tolerance));
        } else if (expected.isArray()) {
            assertThat(found).as(name).hasSameSizeAs(expected);
            Iterator<JsonNode> values = found.elements();
            expected.forEach(value -> assertSame(values.next(), value, name, tolerance));
        } else {
            assertThat(found).as(name).isEqualTo(expected);
        }
    }
}
