package io.lockstep.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.LockstepException;
import io.lockstep.data.ShardedDataset;
import io.lockstep.data.Split;
import io.lockstep.metrics.EpochTimes;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.storage.WeightsDigest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training with and without files, and its observers. */
class TrainingTest {
    @TempDir
    private static Path directory;

    private static JavaSparkContext spark;
    private static TrainingFixture fixture;
    private static RunRecord expected;

    @BeforeAll
    static void trainToARunDirectory() throws Exception {
        spark = new JavaSparkContext(new SparkConf().setMaster("local[2]").setAppName("test"));
        fixture = new TrainingFixture(spark, directory);
        expected = fixture.train(fixture.run("expected"), false);
    }

    @AfterAll
    static void stopSpark() {
        spark.stop();
    }

    @Test
    void withoutFilesItGivesTheSameWeightsAndMetrics() throws Exception {
        TreeSet<String> before = files();
        try (ShardedDataset dataset = fixture.dataset()) {
            Trained trained = new Training(fixture.config(false), spark, dataset).run(List.of(), () -> false);
            assertThat(trained.end()).isEqualTo(Trained.End.COMPLETED);
            assertThat(WeightsDigest.sha256(trained.kept().parameters()))
                    .isEqualTo(expected.result().weightsSha256());
            assertThat(RunRecord.Scores.of(trained.kept().metrics()))
                    .isEqualTo(expected.result().scores());
            assertThat(trained.times().evaluation()).isPositive();
        }
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void stoppedItSaysSoAndHowFarItCame() throws Exception {
        int[] steps = {0};
        try (ShardedDataset dataset = fixture.dataset()) {
            Trained trained =
                    new Training(fixture.config(false), spark, dataset).run(List.of(), () -> ++steps[0] == 10);
            assertThat(trained.end()).isEqualTo(Trained.End.STOPPED);
            assertThat(trained.progress().state().step()).isEqualTo(10);
            assertThat(trained.kept().epoch()).isEqualTo(1);
        }
    }

    @Test
    void anObserverThatFailsCostsNothingAndIsToldNoMore() throws Exception {
        Failing failing = new Failing();
        Watching watching = new Watching(fixture.run("failing"));
        RunRecord record = fixture.train(watching.run, fixture.config(false), List.of(failing, watching));
        assertThat(record.result().weightsSha256()).isEqualTo(expected.result().weightsSha256());
        assertThat(failing.told).isEqualTo(1);
        assertThat(watching.steps).isEqualTo(TrainingFixture.STEPS);
    }

    @Test
    void observersAreToldAfterTheFilesAreWritten() throws Exception {
        Watching watching = new Watching(fixture.run("watched"));
        fixture.train(watching.run, fixture.config(false), List.of(watching));
        assertThat(watching.checkpoints).startsWith("3", "6", "7", "9").contains("35");
        assertThat(watching.metrics).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void timesSurviveReading() throws Exception {
        RunDirectory run = fixture.run("times");
        try (TrainingRun training =
                TrainingRun.open(fixture.config(false), run, rows -> new byte[0], FinalEvaluation.NONE)) {
            EpochTimes times = training.run(spark, List.of(), () -> false).times();
            EpochTimes read = run.metrics().read().stream()
                    .filter(row -> row.split() == Split.TRAIN)
                    .map(MetricsRow::times)
                    .reduce(EpochTimes.ZERO, EpochTimes::plus);
            assertThat(read).isEqualTo(times);
        }
    }

    @Test
    void aRunThatAnotherTookOverFromWritesNoResult() {
        RunDirectory run = fixture.run("taken over");
        TrainingObserver other = new TrainingObserver() {
            @Override
            public void epochCompleted(EpochEvent event) {
                if (event.state().epoch() == TrainingFixture.EPOCHS) {
                    write(run, ".lock-2");
                }
            }
        };
        assertThatThrownBy(() -> fixture.train(run, fixture.config(false), List.of(other)))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("another run has taken over");
        assertThat(directory.resolve("taken over").toFile().list()).doesNotContain("model", "run.json", "plots.png");
    }

    private static void write(RunDirectory run, String name) {
        try {
            run.directory().write(name, "{}");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static TreeSet<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(Path::toString).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** As a progress bar without its native library. */
    private static final class Failing implements TrainingObserver {
        private int told;

        @Override
        public void stepCompleted(StepEvent event) {
            told++;
            throw new NoClassDefFoundError("terminal");
        }
    }

    /** Looks at the files of the run whenever it is told of something. */
    private static final class Watching implements TrainingObserver {
        private final RunDirectory run;
        private final List<String> checkpoints = new ArrayList<>();
        private final List<Integer> metrics = new ArrayList<>();
        private int steps;

        Watching(RunDirectory run) {
            this.run = run;
        }

        @Override
        public void stepCompleted(StepEvent event) {
            steps++;
            note(event.state().step());
        }

        @Override
        public void epochCompleted(EpochEvent event) {
            note(event.state().step());
            try {
                metrics.add(run.metrics().read().stream()
                        .mapToInt(row -> row.at().epoch())
                        .max()
                        .orElseThrow());
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        /** If there is a checkpoint of the step. */
        private void note(long step) {
            Path file = directory
                    .resolve(run.path().getName())
                    .resolve(String.format(Locale.ROOT, "checkpoints/step-%012d.safetensors", step));
            if (Files.exists(file)) {
                checkpoints.add(String.valueOf(step));
            }
        }
    }
}
