package io.lockstep.training;

import io.lockstep.data.IdxData;
import io.lockstep.data.IdxSource;
import io.lockstep.data.ShardedDataset;
import io.lockstep.data.Sharding;
import io.lockstep.data.Sources;
import io.lockstep.distributed.ExchangeChoice;
import io.lockstep.distributed.choice.EngineChoice;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.optim.LearningRateSchedule;
import io.lockstep.optim.Optimizer;
import io.lockstep.training.FaultyFileSystem.Death;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaSparkContext;

/** A small training, of 5 epochs of 7 steps, that tests interrupt in every way. */
final class TrainingFixture {
    static final int EPOCHS = 5;
    static final int STEPS = 7 * EPOCHS;

    private static final int ROWS = 700;

    private final JavaSparkContext spark;
    private final Path directory;

    TrainingFixture(JavaSparkContext spark, Path directory) throws Exception {
        this.spark = spark;
        this.directory = directory;
        data(1).write(directory, "train");
        data(2).write(directory, "other");
    }

    private static IdxData data(long seed) {
        return IdxData.clusters(ROWS, 10, 3, seed);
    }

    /** The run directory of the given name, on the file system on which the driver can die. */
    RunDirectory run(String name) {
        return RunDirectory.at("faulty://" + directory.resolve(name), FaultyFileSystem.configuration());
    }

    TrainingConfig config(boolean resume) {
        return new TrainingConfig(
                data("train-images-idx3-ubyte", 0.1),
                new NetworkConfig(List.of(8), 1e-3, 0.1, 0.2, Arithmetic.EXACT, Optional.empty()),
                new OptimizerConfig(Optimizer.ADAMW, 0.9, 0.999, 1e-8, 0.01, LearningRateSchedule.Shape.CONSTANT, 0, 1),
                run(EPOCHS, resume));
    }

    private DataConfig data(String images, double validationFraction) {
        return Options.create(
                DataConfig.class,
                Map.of("train", directory.resolve(images).toString(), "validation-fraction", validationFraction));
    }

    /** From the beginning. */
    static RunConfig run(int epochs) {
        return run(epochs, false);
    }

    private static RunConfig run(int epochs, boolean resume) {
        return new RunConfig(
                epochs,
                90,
                3,
                OptionalInt.of(5),
                new ExecutionConfig(OptionalInt.of(2), EngineChoice.AGGREGATE, ExchangeChoice.AUTO, false),
                RunConfig.Keep.LAST,
                RunConfig.Monitor.ACCURACY,
                0,
                new CheckpointConfig(3, 2, resume),
                "unused");
    }

    /**
     * So easy to learn that an early epoch is the best, and the first of equals.
     *
     * @param patience epochs without improvement after which training stops; 0 for never
     */
    TrainingConfig easyWithBestKept(boolean resume, int patience) {
        TrainingConfig config = config(resume);
        RunConfig run = config.run();
        OptimizerConfig fast = new OptimizerConfig(
                Optimizer.NESTEROV, 0.9, 0.999, 1e-8, 0.5, LearningRateSchedule.Shape.CONSTANT, 0, 0);
        NetworkConfig plain = new NetworkConfig(
                config.network().hidden(),
                config.network().l2(),
                0,
                0,
                config.network().arithmetic(),
                Optional.empty());
        RunConfig best = new RunConfig(
                run.epochs(),
                run.batchSize(),
                run.seed(),
                run.shards(),
                run.execution(),
                RunConfig.Keep.BEST,
                RunConfig.Monitor.ACCURACY,
                patience,
                run.checkpoints(),
                run.output());
        return new TrainingConfig(config.data(), plain, fast, best);
    }

    /** Another value for everything that a data configuration names. */
    TrainingConfig withOtherData(TrainingConfig config) {
        return new TrainingConfig(
                data("other-images-idx3-ubyte", config.data().validationFraction()),
                config.network(),
                config.optimizer(),
                config.run());
    }

    static TrainingConfig withEpochs(TrainingConfig config, int epochs) {
        return withRun(
                config,
                c -> new RunConfig(
                        epochs,
                        c.batchSize(),
                        c.seed(),
                        c.shards(),
                        c.execution(),
                        c.keep(),
                        RunConfig.Monitor.ACCURACY,
                        c.earlyStoppingPatience(),
                        c.checkpoints(),
                        c.output()));
    }

    static TrainingConfig withRun(TrainingConfig config, UnaryOperator<RunConfig> change) {
        return new TrainingConfig(config.data(), config.network(), config.optimizer(), change.apply(config.run()));
    }

    RunRecord train(RunDirectory run, boolean resume) throws Exception {
        return train(run, config(resume), () -> false);
    }

    RunRecord train(RunDirectory run, TrainingConfig config, BooleanSupplier stopRequested) throws Exception {
        return train(run, config, List.of(), stopRequested);
    }

    RunRecord train(RunDirectory run, TrainingConfig config, List<TrainingObserver> observers) throws Exception {
        return train(run, config, observers, () -> false);
    }

    private RunRecord train(
            RunDirectory run, TrainingConfig config, List<TrainingObserver> observers, BooleanSupplier stopRequested)
            throws Exception {
        try (TrainingRun training = TrainingRun.open(config, run, rows -> new byte[0], FinalEvaluation.NONE)) {
            return training.run(spark, observers, stopRequested).record();
        }
    }

    /** The rows of {@link #config}, sharded as it says. */
    ShardedDataset dataset() {
        DataConfig data = config(false).data();
        Sources sources = new Sources(
                IdxSource.open(data.train(), spark.hadoopConfiguration()),
                Optional.empty(),
                Optional.empty(),
                data.validationFraction(),
                (float) data.featureScale().orElse(1 / 256.0),
                Optional.empty());
        return sources.load(spark, size -> new Sharding(5, 2), Arithmetic.EXACT);
    }

    /** Trains, and dies after the given step of the whole training. */
    void dieAfterStep(RunDirectory run, TrainingConfig config, long step) throws Exception {
        AtomicLong steps = new AtomicLong();
        try {
            train(run, config, () -> {
                if (steps.incrementAndGet() == step) {
                    throw new Death();
                }
                return false;
            });
        } catch (Death expected) {
            return;
        }
        throw new AssertionError("expected the driver to die after step " + step);
    }

    /** What the metrics say of the training, without times. */
    static List<String> history(RunDirectory run) throws Exception {
        return run.metrics().read().stream().map(TrainingFixture::withoutTimes).toList();
    }

    private static String withoutTimes(MetricsRow row) {
        return row.at().epoch() + " " + row.at().step() + " " + row.at().learningRate() + " "
                + row.at().gradientNorm() + " " + row.split() + " "
                + row.means().examples() + " "
                + row.means().crossEntropy() + " " + row.accuracy() + " "
                + row.means().penalty();
    }
}
