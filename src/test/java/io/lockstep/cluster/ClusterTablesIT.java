package io.lockstep.cluster;

import static io.lockstep.cluster.ClusterRuns.fault;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.cli.Lockstep;
import io.lockstep.cluster.FaultListener.Action;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On a real cluster, with executors killed: the digest, predictions and figures of undisturbed local runs. */
@Tag("long")
class ClusterTablesIT {
    private static final int ROWS = 60_000;
    private static final int FILES = 12;
    private static final int CORES = 2;

    @TempDir
    private static Path directory;

    private static ClusterRuns runs;
    private static Path table;
    private static Path model;
    private static String digest;

    @BeforeAll
    static void start() throws Exception {
        runs = ClusterRuns.start(directory);
        table = Files.createDirectory(directory.resolve("table"));
        Random random = new Random(1);
        for (int file = 0; file < FILES; file++) {
            int first = file * ROWS / FILES;
            Stream<String> rows = IntStream.range(first, first + ROWS / FILES).mapToObj(id -> {
                double x = random.nextGaussian();
                return id + "," + x + "," + "red green blue".split(" ")[random.nextInt(3)] + "," + (x > 0.3);
            });
            Files.write(
                    table.resolve("part-" + (char) ('a' + file) + ".csv"),
                    Stream.concat(Stream.of("id,x,colour,label"), rows).toList());
        }
        model = directory.resolve("model");
        digest = runs.runHere(train(model)).digest();
    }

    @AfterAll
    static void stop() {
        runs.close();
    }

    private static List<Object> train(Path output) {
        return List.of(
                "train",
                "--train",
                table,
                "--exclude-columns",
                "id",
                "--hidden",
                4,
                "--epochs",
                2,
                "--batch-size",
                4096,
                "--engine",
                "aggregate",
                "--output",
                output);
    }

    @ParameterizedTest
    @CsvSource({"ShardedDataset, 2", "AggregateEngine.compute, 20"})
    void trainingOnATable(String stage, int task) throws Exception {
        Lockstep result = runs.run(CORES, fault(Action.KILL_EXECUTOR, stage, task), train(runs.newRun()));
        assertThat(result.out()).contains("fault: KILL_EXECUTOR");
        assertThat(result.digest()).isEqualTo(digest);
    }

    @Test
    void predictingWritesEveryRowOnceAndInOrder() throws Exception {
        Path here = directory.resolve("here");
        Path there = directory.resolve("there");
        runs.runHere(predict(here));
        Lockstep result = runs.run(CORES, fault(Action.KILL_EXECUTOR, "Prediction.write", 2), predict(there));
        assertThat(result.out()).as(result.err()).contains("fault: KILL_EXECUTOR", "scored " + ROWS + " rows");
        List<String> lines = lines(there);
        assertThat(lines).hasSize(ROWS);
        assertThat(lines.equals(lines(here))).as("the same lines").isTrue();
        assertThat(lines.get(ROWS - 1)).contains("\"id\":\"" + (ROWS - 1) + "\",");
    }

    private static List<Object> predict(Path output) {
        return List.of(
                "predict",
                "--model",
                model,
                "--data",
                table,
                "--keep-columns",
                "id",
                "--output-format",
                "json",
                "--output",
                output);
    }

    private static List<String> lines(Path output) throws IOException {
        try (Stream<Path> files = Files.list(output)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .flatMap(file -> {
                        try {
                            return Files.readAllLines(file).stream();
                        } catch (IOException failure) {
                            throw new UncheckedIOException(failure);
                        }
                    })
                    .toList();
        }
    }

    @Test
    void evaluatingGivesTheSameFigures() throws Exception {
        Path here = directory.resolve("judged-here");
        Path there = directory.resolve("judged-there");
        runs.runHere(evaluate(here));
        Lockstep result = runs.run(CORES, fault(Action.KILL_EXECUTOR, "Evaluation.write", 3), evaluate(there));
        assertThat(result.out()).as(result.err()).contains("fault: KILL_EXECUTOR");
        assertThat(there.resolve("evaluation.json")).hasSameBinaryContentAs(here.resolve("evaluation.json"));
    }

    private static List<Object> evaluate(Path output) {
        return List.of("evaluate", "--model", model, "--data", table, "--label-column", "label", "--output", output);
    }
}
