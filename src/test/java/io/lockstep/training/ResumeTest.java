package io.lockstep.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.LockstepException;
import io.lockstep.distributed.ExchangeChoice;
import io.lockstep.distributed.choice.EngineChoice;
import io.lockstep.training.FaultyFileSystem.Death;
import io.lockstep.training.FaultyFileSystem.Moment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A training that was interrupted and resumed has the bits and the metrics of one that was not. */
class ResumeTest {
    private static final AtomicInteger RUNS = new AtomicInteger();

    @TempDir
    private static Path directory;

    private static JavaSparkContext spark;
    private static TrainingFixture fixture;
    private static String expected;
    private static List<String> expectedHistory;

    private RunDirectory run;

    @BeforeAll
    static void trainUndisturbed() throws Exception {
        spark = new JavaSparkContext(new SparkConf().setMaster("local[2]").setAppName("test"));
        fixture = new TrainingFixture(spark, directory);
        RunDirectory undisturbed = fixture.run("undisturbed");
        RunRecord.Result outcome = fixture.train(undisturbed, false).result();
        assertThat(outcome.steps()).isEqualTo(TrainingFixture.STEPS);
        expected = outcome.weightsSha256();
        expectedHistory = TrainingFixture.history(undisturbed);
        assertThat(expectedHistory).hasSize(2 * TrainingFixture.EPOCHS);
    }

    @AfterAll
    static void stopSpark() {
        spark.stop();
    }

    @BeforeEach
    void newRun() {
        run = fixture.run("run-" + RUNS.incrementAndGet());
    }

    static IntStream someSteps() {
        return new Random(4).ints(8, 1, TrainingFixture.STEPS);
    }

    @ParameterizedTest
    @MethodSource("someSteps")
    void stoppedAfterAStep(int step) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        assertThatThrownBy(() -> fixture.train(run, fixture.config(false), () -> asked.incrementAndGet() >= step))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("--resume")
                .extracting(failure -> ((LockstepException) failure).kind())
                .isEqualTo(LockstepException.Kind.INTERRUPTED);
        assertResumes();
    }

    @ParameterizedTest
    @MethodSource("someSteps")
    void killedAfterAStep(int step) throws Exception {
        fixture.dieAfterStep(run, fixture.config(false), step);
        assertResumes();
    }

    @ParameterizedTest
    @CsvSource({
        "BEFORE_WRITING, epoch-00001.parquet",
        "BEFORE_RENAMING, epoch-00003.parquet",
        "AFTER_RENAMING, epoch-00003.parquet",
        "BEFORE_WRITING, step-000000000003",
        "BEFORE_RENAMING, step-000000000003",
        "AFTER_RENAMING, step-000000000003",
        "BEFORE_WRITING, step-000000000014",
        "BEFORE_RENAMING, step-000000000014",
        "AFTER_RENAMING, step-000000000014",
        "BEFORE_RENAMING, step-000000000035",
        "BEFORE_WRITING, weights.safetensors",
        "BEFORE_RENAMING, model.json",
        "AFTER_RENAMING, model.json",
        "BEFORE_WRITING, run.json",
        "BEFORE_RENAMING, run.json"
    })
    void killedWhileWriting(Moment moment, String file) throws Exception {
        FaultyFileSystem.dieOnce(moment, file);
        assertThatThrownBy(() -> fixture.train(run, false)).isInstanceOf(Death.class);
        assertResumes();
    }

    @Test
    void killedAgainAndAgain() throws Exception {
        fixture.dieAfterStep(run, fixture.config(false), 5);
        fixture.dieAfterStep(run, fixture.config(true), 9);
        fixture.dieAfterStep(run, fixture.config(true), 1);
        assertResumes();
    }

    @Test
    void resumedAlthoughItIsComplete() throws Exception {
        fixture.train(run, false);
        assertResumes();
    }

    @Test
    void resumedAlthoughItNeverBegan() throws Exception {
        assertResumes();
    }

    @Test
    void withTheBestEpochBehindIt() throws Exception {
        RunDirectory undisturbed = fixture.run("best-undisturbed");
        RunRecord.Result best = fixture.train(undisturbed, fixture.easyWithBestKept(false, 0), () -> false)
                .result();
        int completeEpochs = 3;
        assertThat(best.keptEpoch()).isLessThanOrEqualTo(completeEpochs);
        fixture.dieAfterStep(run, fixture.easyWithBestKept(false, 0), 7 * completeEpochs + 4);
        RunRecord.Result resumed = fixture.train(run, fixture.easyWithBestKept(true, 0), () -> false)
                .result();
        assertThat(resumed.keptEpoch()).isEqualTo(best.keptEpoch());
        assertThat(resumed.weightsSha256()).isEqualTo(best.weightsSha256());
        assertThat(TrainingFixture.history(run)).isEqualTo(TrainingFixture.history(undisturbed));
    }

    @Test
    void thatStopsEarly() throws Exception {
        RunDirectory undisturbed = fixture.run("early-undisturbed");
        RunRecord.Result early = fixture.train(undisturbed, fixture.easyWithBestKept(false, 1), () -> false)
                .result();
        int completeEpochs = early.keptEpoch() + 1;
        assertThat(early.steps()).isEqualTo(7L * completeEpochs).isLessThan(TrainingFixture.STEPS);
        fixture.dieAfterStep(run, fixture.easyWithBestKept(false, 1), 7L * completeEpochs - 2);
        for (int resume = 0; resume < 2; resume++) { // once to the end, and once although it is complete
            RunRecord.Result resumed = fixture.train(run, fixture.easyWithBestKept(true, 1), () -> false)
                    .result();
            assertThat(resumed.steps()).isEqualTo(early.steps());
            assertThat(resumed.weightsSha256()).isEqualTo(early.weightsSha256());
            assertThat(TrainingFixture.history(run)).isEqualTo(TrainingFixture.history(undisturbed));
        }
    }

    @Test
    void extendedAndKilledItNoLongerLooksComplete() throws Exception {
        fixture.train(run, epochs(2, false), () -> false);
        assertThat(exists("run.json")).isTrue();
        fixture.dieAfterStep(run, fixture.config(true), 9);
        assertThat(exists("run.json")).isFalse();
        assertResumes();
    }

    @Test
    void butNotOverACompleteRunWhoseCheckpointsAreGone() throws Exception {
        fixture.train(run, false);
        run.directory().fileSystem().delete(run.directory().file("checkpoints"), true);
        assertRefuses(
                LockstepException.Kind.CONFIGURATION,
                fixture.config(true),
                "a complete run without checkpoints to resume from");
        assertThat(TrainingFixture.history(run)).isEqualTo(expectedHistory);
    }

    @Test
    void inOtherPartitionsUnderAnotherEngine() throws Exception {
        fixture.dieAfterStep(run, fixture.config(false), 10);
        TrainingConfig other = TrainingFixture.withRun(
                fixture.config(true),
                c -> new RunConfig(
                        c.epochs(),
                        c.batchSize(),
                        c.seed(),
                        c.shards(),
                        new ExecutionConfig(OptionalInt.of(1), EngineChoice.RESIDENT, ExchangeChoice.AUTO, false),
                        c.keep(),
                        RunConfig.Monitor.ACCURACY,
                        c.earlyStoppingPatience(),
                        new CheckpointConfig(0, 1, true),
                        c.output()));
        assertThat(fixture.train(run, other, () -> false).result().weightsSha256())
                .isEqualTo(expected);
    }

    @Test
    void withMoreEpochsUnderAConstantSchedule() throws Exception {
        fixture.train(run, epochs(2, false), () -> false);
        assertResumes();
    }

    @Test
    void butNotWithFewerEpochsThanAreComplete() throws Exception {
        fixture.train(run, false);
        assertRefuses(LockstepException.Kind.CONFIGURATION, epochs(3, true), "--epochs: expected more than the 5");
    }

    @Test
    void butNotWithAnotherConfiguration() throws Exception {
        fixture.dieAfterStep(run, fixture.config(false), 10);
        TrainingConfig other = TrainingFixture.withRun(
                fixture.config(true),
                c -> new RunConfig(
                        c.epochs(),
                        91,
                        4,
                        c.shards(),
                        c.execution(),
                        c.keep(),
                        RunConfig.Monitor.ACCURACY,
                        c.earlyStoppingPatience(),
                        c.checkpoints(),
                        c.output()));
        assertRefuses(
                LockstepException.Kind.CONFIGURATION,
                other,
                "--batch-size: expected 90, found 91",
                "--seed: expected 3, found 4");
        assertResumes();
    }

    @Test
    void butNotWithOtherData() throws Exception {
        fixture.dieAfterStep(run, fixture.config(false), 10);
        assertRefuses(
                LockstepException.Kind.DATA,
                fixture.withOtherData(fixture.config(true)),
                "rows of train: expected ",
                "rows of validation: expected ");
    }

    private boolean exists(String name) throws IOException {
        return run.directory().entries().containsKey(name);
    }

    private void assertResumes() throws Exception {
        assertThat(FaultyFileSystem.hasDied()).isTrue();
        assertThat(fixture.train(run, true).result().weightsSha256()).isEqualTo(expected);
        assertThat(TrainingFixture.history(run)).isEqualTo(expectedHistory);
    }

    private void assertRefuses(LockstepException.Kind kind, TrainingConfig config, String... differences) {
        assertThatThrownBy(() -> fixture.train(run, config, () -> false))
                .isInstanceOf(LockstepException.class)
                .hasMessageContainingAll(differences)
                .extracting(failure -> ((LockstepException) failure).kind())
                .isEqualTo(kind);
    }

    private static TrainingConfig epochs(int epochs, boolean resume) {
        return TrainingFixture.withEpochs(fixture.config(resume), epochs);
    }
}
