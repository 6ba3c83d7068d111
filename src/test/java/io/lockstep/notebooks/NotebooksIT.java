package io.lockstep.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lockstep.distributed.choice.EngineChoice;
import io.lockstep.training.FinalEvaluation;
import io.lockstep.training.RunConfig;
import io.lockstep.training.RunDirectory;
import io.lockstep.training.TrainingConfig;
import io.lockstep.training.TrainingObserver;
import io.lockstep.training.TrainingRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each notebook runs from top to bottom in a real kernel, on real runs, and finds the figures of their run.json. */
class NotebooksIT {
    private static final Path HOME = Path.of("").toAbsolutePath();
    private static final Path NOTEBOOKS = HOME.resolve("notebooks");
    private static final int EPOCHS = 3;

    /** numpy adds in another order: a row whose two likeliest classes are as good as equal may get the other. */
    private static final double ONE_ROW = 1.01 / 10_000;

    @TempDir
    private static Path directory;

    private static NotebookPython python;
    private static Notebook followed;
    private static JsonNode record;

    @BeforeAll
    static void trainWhileANotebookFollows() throws Exception {
        python = NotebookPython.find();
        SparkConf conf = new SparkConf()
                .setMaster("local[2]")
                .setAppName("test")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1");
        try (JavaSparkContext spark = new JavaSparkContext(conf);
                NotebookExecution live = start("live.ipynb", HOME, "digits")) {
            live.awaitMessage("display_data"); // it waits for a run that is not there yet
            train(spark, "digits", EPOCHS, new Halt(live));
            train(spark, "other", 1, new TrainingObserver() {});
            followed = live.result();
        }
        record = record("digits");
    }

    @Test
    void liveDrawsARunWhileItTrainsAndEndsWithIt() throws IOException {
        JsonNode figures = followed.figures();
        assertThat(figures.path("drawn").get(0).asInt()).isLessThan(EPOCHS);
        assertThat(figures.path("drawn").path(figures.path("drawn").size() - 1).asInt())
                .isEqualTo(EPOCHS);
        assertScores(figures);
    }

    @Test
    void liveDrawsACompleteRunOnce() throws Exception {
        JsonNode figures = execute("live.ipynb", NOTEBOOKS).figures();
        assertThat(figures.path("drawn")).hasToString("[" + EPOCHS + "]");
        assertScores(figures);
    }

    @Test
    void liveDoesNotWaitForeverForARunThatNeverComes() throws Exception {
        Map<String, String> variables = Map.of("RUN", asUsersNameIt("never"), "PATIENCE", "1");
        try (NotebookExecution execution = python.start(directory, "live.ipynb", HOME, variables)) {
            assertThat(execution.exitCode()).isNotZero();
            assertThat(execution.err()).contains("nothing new in", "never for 1 s: start train");
        }
    }

    @Test
    void metricsFindsTheScoresOfAllRuns() throws Exception {
        JsonNode figures = execute("metrics.ipynb", HOME).figures();
        assertThat(figures.path("epoch")).isEqualTo(record.at("/result/keptEpoch"));
        assertScores(figures);
        JsonNode accuracies = figures.path("testAccuracies");
        assertThat(accuracies).hasSize(2);
        for (String run : List.of("digits", "other")) {
            assertThat(accuracies.path(run).asDouble())
                    .isEqualTo(record(run).at("/result/test/accuracy").asDouble());
        }
    }

    @Test
    void modelScoresTheTestImagesAsTheRunDid() throws Exception {
        JsonNode figures = execute("model.ipynb", NOTEBOOKS).figures();
        JsonNode result = record.path("result");
        assertThat(figures.path("weightsSha256")).isEqualTo(result.path("weightsSha256"));
        assertThat(figures.at("/test/examples")).isEqualTo(result.at("/test/examples"));
        assertThat(figures.at("/test/accuracy").asDouble())
                .isCloseTo(result.at("/test/accuracy").asDouble(), within(ONE_ROW));
        assertThat(figures.at("/test/loss").asDouble())
                .isCloseTo(result.at("/test/loss").asDouble(), within(1e-6));
    }

    private static void assertScores(JsonNode figures) {
        for (String split : List.of("train", "validation", "test")) {
            assertThat(figures.path(split))
                    .as(split)
                    .isNotEmpty()
                    .isEqualTo(record.path("result").path(split));
        }
    }

    private static Notebook execute(String notebook, Path workingDirectory) throws Exception {
        try (NotebookExecution execution = start(notebook, workingDirectory, "digits")) {
            return execution.result();
        }
    }

    private static NotebookExecution start(String notebook, Path workingDirectory, String run) throws IOException {
        return python.start(directory, notebook, workingDirectory, Map.of("RUN", asUsersNameIt(run)));
    }

    /** Relative to the top of the repository. */
    private static String asUsersNameIt(String run) {
        return HOME.relativize(directory.resolve("runs").resolve(run).toAbsolutePath())
                .toString();
    }

    private static JsonNode record(String run) throws IOException {
        return new ObjectMapper()
                .readTree(directory
                        .resolve("runs")
                        .resolve(run)
                        .resolve("run.json")
                        .toFile());
    }

    private static void train(JavaSparkContext spark, String name, int epochs, TrainingObserver observer)
            throws Exception {
        String output = directory.resolve("runs").resolve(name).toString();
        TrainingConfig config = TrainingConfig.of(Map.of(
                "train",
                "data/mnist/train-images-idx3-ubyte.gz",
                "test",
                Optional.of("data/mnist/t10k-images-idx3-ubyte.gz"),
                "hidden",
                List.of(20),
                "epochs",
                epochs,
                "batch-size",
                2_000,
                "keep",
                RunConfig.Keep.LAST,
                "l2",
                1e-4,
                "engine",
                EngineChoice.AGGREGATE,
                "output",
                output));
        RunDirectory run = RunDirectory.at(output, spark.hadoopConfiguration());
        try (TrainingRun training = TrainingRun.open(config, run, rows -> new byte[0], FinalEvaluation.NONE)) {
            training.run(spark, List.of(observer), () -> false);
        }
    }

    /** Keeps a training from its second epoch until a notebook has drawn the first. */
    private record Halt(NotebookExecution notebook) implements TrainingObserver {
        @Override
        public void stepCompleted(StepEvent event) {
            if (event.epoch() == 2 && event.step() == 1) {
                try {
                    notebook.awaitMessage("update_display_data");
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            }
        }
    }
}
