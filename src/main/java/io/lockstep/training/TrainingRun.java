package io.lockstep.training;

import io.lockstep.LockstepException;
import io.lockstep.Version;
import io.lockstep.data.DataSize;
import io.lockstep.data.ShardedDataset;
import io.lockstep.data.Sharding;
import io.lockstep.data.Split;
import io.lockstep.data.TrainingData;
import io.lockstep.distributed.FailFast;
import io.lockstep.distributed.TaskSlots;
import io.lockstep.model.Provenance;
import io.lockstep.model.TrainedModel;
import io.lockstep.training.checkpoint.Progress;
import io.lockstep.training.checkpoint.TrainingState;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A training from files to a run directory: to {@link Training} it adds the directory's lock, resuming, metrics,
 * checkpoints, the model, {@code run.json} and pictures. Until it is closed, no other run uses the directory.
 */
public final class TrainingRun implements AutoCloseable {
    /** A partition is in memory or on disk as a whole, so with smaller ones less is read from disk in each step. */
    private static final int PARTITIONS_PER_CORE_ON_DISK = 8;

    private final TrainingConfig config;
    private final RunDirectory directory;
    private final RunLock lock;
    private final TrainingData data;
    private final Optional<WarmStart> warmStart;
    private final Pictures pictures;
    private final FinalEvaluation evaluation;

    private TrainingRun(
            TrainingConfig config,
            RunDirectory directory,
            RunLock lock,
            TrainingData data,
            Optional<WarmStart> warmStart,
            Pictures pictures,
            FinalEvaluation evaluation) {
        this.config = config;
        this.directory = directory;
        this.lock = lock;
        this.data = data;
        this.warmStart = warmStart;
        this.pictures = pictures;
        this.evaluation = evaluation;
    }

    /**
     * Takes the run directory and opens the data, and checks everything that can be checked without Spark.
     *
     * @param pictures drawn at the end
     * @param evaluation of the result, by test rows, or by validation rows where there are none
     * @throws LockstepException of kind {@code CONFIGURATION} if the directory cannot be used, of kind {@code DATA} if
     *     the data cannot
     */
    public static TrainingRun open(
            TrainingConfig config, RunDirectory directory, Pictures pictures, FinalEvaluation evaluation) {
        RunLock lock = directory.lock(config.run().checkpoints().resume());
        try {
            Configuration hadoop = directory.directory().hadoop();
            Optional<WarmStart> warmStart = config.network().initFrom().map(model -> WarmStart.read(model, hadoop));
            return new TrainingRun(
                    config, directory, lock, data(config, hadoop, warmStart), warmStart, pictures, evaluation);
        } catch (RuntimeException | Error failure) {
            lock.close();
            throw failure;
        }
    }

    /**
     * Writes, or replaces, the page that shows the run, while the run holds its directory. It may be called from any
     * thread.
     *
     * @param html in UTF-8
     */
    public void writePage(byte[] html) throws IOException {
        lock.requireHeld();
        directory.writePage(html);
    }

    @Override
    public void close() {
        lock.close();
    }

    private static TrainingData data(TrainingConfig config, Configuration hadoop, Optional<WarmStart> warmStart) {
        TrainingData data =
                config.data().open(hadoop, warmStart.map(start -> start.model().preparation()));
        data.featureCount().ifPresent(features -> requireNetwork(config.network(), features));
        return data;
    }

    private static void requireNetwork(NetworkConfig network, int featureCount) {
        int fewestClasses = 2; // how many there are is not known yet
        try {
            network.of(featureCount, fewestClasses);
        } catch (ArithmeticException tooLarge) {
            throw LockstepException.configuration(
                    "--hidden: expected a network of at most " + Integer.MAX_VALUE + " parameters, found more for "
                            + featureCount + " features and " + Options.text(network.hidden()));
        }
    }

    /**
     * Reads the data, trains, and writes metrics, checkpoints, and, at the end, the model, then {@code run.json}, then
     * an evaluation and pictures. A run with {@code run.json} is complete, also if the last two cannot be made.
     *
     * @param observers are told of every step and epoch, after the files that belong to it are written
     * @param stopRequested asked after each step; if so, the run ends with a checkpoint
     * @throws LockstepException of kind {@code CONFIGURATION} or {@code DATA} if there is a checkpoint that does not
     *     belong to this run, of kind {@code DATA} for bad data, of {@code DIVERGED} or {@code INTERRUPTED}
     * @throws Exception any other failure of Spark or a task; Spark's Scala methods throw checked exceptions undeclared
     */
    public TrainingOutcome run(JavaSparkContext spark, List<TrainingObserver> observers, BooleanSupplier stopRequested)
            throws Exception {
        return onDataset(spark, (dataset, tasks) -> run(spark, dataset, tasks, observers, stopRequested));
    }

    /**
     * Does all that {@link #run} does until the first step and its checkpoint are done, and removes what it wrote.
     *
     * @param observers are told of what is to be trained, and of the step
     * @throws Exception as {@link #run} does
     */
    public void rehearse(JavaSparkContext spark, List<TrainingObserver> observers) throws Exception {
        onDataset(spark, (dataset, tasks) -> {
            Training training = new Training(config, spark, dataset, warmStart);
            StartupChecks.checkpointSize(training.checkpointShape());
            StartingPoint start = StartingPoint.find(config, warmStart, directory, dataset, training.checkpointShape());
            RunFiles files = new RunFiles(directory, lock, start, Integer.MAX_VALUE);
            files.removeWhatCameAfterStart();
            Progress progress = start.progress(training);
            long startStep = progress.state().step();
            Trained trained = training.run(progress, tasks, files, observers, () -> true);
            files.removeWhatCameAfterStart();
            directory.removeRehearsal(startStep);
            return trained;
        });
    }

    /** What is done with the dataset while it is there. */
    private interface Work<R> {
        R apply(ShardedDataset dataset, FailFast tasks) throws Exception;
    }

    private <R> R onDataset(JavaSparkContext spark, Work<R> work) throws Exception {
        try (FailFast tasks = FailFast.watch(spark)) {
            try {
                ShardedDataset dataset = data.load(
                        spark, size -> sharding(spark, size), config.network().arithmetic());
                try {
                    return work.apply(dataset, tasks);
                } finally {
                    Training.cleanUp(dataset);
                }
            } catch (Exception failure) {
                throw tasks.firstCauseOf(failure);
            }
        }
    }

    private TrainingOutcome run(
            JavaSparkContext spark,
            ShardedDataset dataset,
            FailFast tasks,
            List<TrainingObserver> observers,
            BooleanSupplier stopRequested)
            throws Exception {
        Training training = new Training(config, spark, dataset, warmStart);
        StartupChecks.checkpointSize(training.checkpointShape());
        StartingPoint start = StartingPoint.find(config, warmStart, directory, dataset, training.checkpointShape());
        RunFiles files =
                new RunFiles(directory, lock, start, config.run().checkpoints().keep());
        files.removeWhatCameAfterStart();
        RunRecord.Environment environment = RunRecord.Environment.of(
                spark, dataset.sharding().partitionCount(), training.engineName(), start.machines());
        RunRecord.Data data = RunRecord.Data.of(dataset);
        Observers all = new Observers(observers);
        all.runStarted(new RunStart(
                start.runId(),
                Options.values(config),
                environment,
                data,
                directory.metrics().read()));
        Trained trained = training.run(start.progress(training), tasks, files, List.of(all), stopRequested);
        if (trained.end() == Trained.End.STOPPED) {
            throw stopped(trained.progress().state());
        }
        TrainedModel model = training.model(trained.kept(), provenance(start, dataset));
        files.model(model);
        RunRecord record = new RunRecord(
                start.runId(), chain(), Options.values(config), environment, data, RunRecord.Result.of(trained));
        files.record(record);
        // Both mostly load and compile classes, on one core each.
        CompletableFuture<Optional<Throwable>> drawn =
                CompletableFuture.supplyAsync(() -> attempt(() -> files.pictures(pictures)));
        Optional<Throwable> noEvaluation = attempt(() -> evaluate(model, dataset, files));
        return new TrainingOutcome(record, trained.times(), noEvaluation, drawn.join());
    }

    private Provenance provenance(StartingPoint start, ShardedDataset dataset) {
        return new Provenance(
                start.runId(),
                Version.current(),
                Instant.now().toString(),
                dataset.fingerprint(),
                config.data().isIdx() ? "" : config.data().labelColumn(),
                config.network().arithmetic(),
                chain());
    }

    private List<String> chain() {
        return warmStart.map(WarmStart::chain).orElse(List.of());
    }

    private void evaluate(TrainedModel model, ShardedDataset dataset, RunFiles files) throws IOException {
        Optional<Split> split = Stream.of(Split.TEST, Split.VALIDATION)
                .filter(each -> dataset.rowCount(each) > 0)
                .findFirst();
        if (split.isPresent()) {
            files.evaluation(evaluation.of(model, dataset, split.get()));
        }
    }

    /**
     * What is done when the run is complete. It remains so whatever happens: a machine without fonts throws an Error.
     */
    private interface Finish {
        void run() throws Exception;
    }

    private static Optional<Throwable> attempt(Finish finish) {
        try {
            finish.run();
            return Optional.empty();
        } catch (Throwable failure) {
            return Optional.of(failure);
        }
    }

    private static LockstepException stopped(TrainingState state) {
        return LockstepException.interrupted("interrupted after step " + state.step() + ", in epoch "
                + (state.epoch() + 1) + "; the same command with --resume goes on from there");
    }

    private Sharding sharding(JavaSparkContext spark, DataSize train) {
        boolean fits = StartupChecks.fitsInMemory(spark, train.heldBytes());
        RunConfig run = config.run();
        int shards = run.shards().orElseGet(() -> Sharding.defaultShardCount(train, run.batchSize()));
        int partitions = run.execution().partitions().orElseGet(() -> {
            int cores = Math.max(1, TaskSlots.count(spark));
            return fits || !run.execution().engine().allowsWaitingTasks() ? cores : cores * PARTITIONS_PER_CORE_ON_DISK;
        });
        return new Sharding(shards, Math.min(shards, partitions));
    }
}
