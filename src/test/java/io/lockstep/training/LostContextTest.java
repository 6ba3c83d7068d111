package io.lockstep.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.distributed.ExchangeChoice;
import io.lockstep.distributed.choice.EngineChoice;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Once the weights are known, nothing that Spark does can cost the result. */
class LostContextTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(names = {"AGGREGATE", "RESIDENT"})
    void aContextThatStopsAfterTheLastEpochCostsNoResult(EngineChoice engine) throws Exception {
        try (JavaSparkContext spark =
                new JavaSparkContext(new SparkConf().setMaster("local[2]").setAppName("test"))) {
            TrainingFixture fixture = new TrainingFixture(spark, directory);
            RunDirectory run = fixture.run("run");
            TrainingConfig config = TrainingFixture.withRun(
                    fixture.config(false),
                    c -> new RunConfig(
                            1,
                            c.batchSize(),
                            c.seed(),
                            c.shards(),
                            new ExecutionConfig(OptionalInt.of(2), engine, ExchangeChoice.AUTO, false),
                            c.keep(),
                            RunConfig.Monitor.ACCURACY,
                            c.earlyStoppingPatience(),
                            c.checkpoints(),
                            c.output()));
            try (TrainingRun training = TrainingRun.open(config, run, rows -> new byte[0], FinalEvaluation.NONE)) {
                TrainingObserver stop = new TrainingObserver() {
                    @Override
                    public void epochCompleted(EpochEvent event) {
                        spark.stop();
                    }
                };
                TrainingOutcome outcome = training.run(spark, List.of(stop), () -> false);
                assertThat(RunRecord.read(run.directory())).isEqualTo(outcome.record());
                assertThat(outcome.noPictures()).isEmpty();
            }
            assertThat(run.directory().directory("model").files()).containsExactly("model.json", "weights.safetensors");
        }
    }
}
