package io.lockstep.training;

import io.lockstep.LockstepException;
import io.lockstep.Version;
import io.lockstep.data.DataFormat;
import io.lockstep.data.DataSource;
import io.lockstep.data.EpochPlan;
import io.lockstep.data.RowDecoder;
import io.lockstep.data.ShardedDataset;
import io.lockstep.data.Sharding;
import io.lockstep.data.Sources;
import io.lockstep.distributed.FailFast;
import io.lockstep.distributed.ShardComputation;
import io.lockstep.distributed.StepEngine;
import io.lockstep.distributed.TaskSlots;
import io.lockstep.metrics.MetricsTable;
import io.lockstep.model.Provenance;
import io.lockstep.model.SoftmaxModel;
import io.lockstep.nn.Network;
import io.lockstep.training.checkpoint.CheckpointShape;
import io.lockstep.training.checkpoint.KeptEpoch;
import io.lockstep.training.checkpoint.TrainingState;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One training run, from files to a run directory with metrics and a model. Until it is closed, no other uses the directory. */
public final class TrainingRun implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

    private final TrainingConfig config;
    private final RunDirectory directory;
    private final RunLock lock;
    private final Sources sources;

    private TrainingRun(TrainingConfig config, RunDirectory directory, RunLock lock, Sources sources) {
        this.config = config;
        this.directory = directory;
        this.lock = lock;
        this.sources = sources;
    }

    /**
     * Takes the run directory and opens the data, and checks everything that can be checked without Spark.
     *
     * @throws io.lockstep.LockstepException of kind {@code CONFIGURATION} if the directory cannot be used, of kind
     *     {@code DATA} if the data cannot
     */
    public static TrainingRun open(TrainingConfig config, RunDirectory directory) {
        RunLock lock = directory.lock(config.run().checkpoints().resume());
        try {
            return new TrainingRun(
                    config,
                    directory,
                    lock,
                    sources(config, directory.directory().hadoop()));
        } catch (RuntimeException | Error failure) {
            lock.close();
            throw failure;
        }
    }

    @Override
    public void close() {
        lock.close();
    }

    private static Sources sources(TrainingConfig config, Configuration hadoop) {
        DataConfig data = config.data();
        DataFormat format = data.format();
        Sources sources = new Sources(
                format.open(data.train(), hadoop),
                data.validation().map(uri -> format.open(uri, hadoop)),
                data.test().map(uri -> format.open(uri, hadoop)),
                data.validationFraction());
        requireNetwork(config.network(), sources.train().format().featureCount());
        return sources;
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
     * Reads the data, trains, and writes metrics, checkpoints and the model.
     *
     * @param listener hears of every step and epoch, after what belongs to it is written
     * @param stopRequested asked after each step; if so, the run ends with a checkpoint
     * @throws io.lockstep.LockstepException of kind {@code CONFIGURATION} or {@code DATA} if there is a checkpoint that
     *     does not belong to this run, of kind {@code DATA} for bad data, of {@code DIVERGED} or {@code INTERRUPTED}
     * @throws Exception whatever else Spark fails with; Scala declares nothing
     */
    public TrainingOutcome run(JavaSparkContext spark, TrainingObserver listener, BooleanSupplier stopRequested)
            throws Exception {
        try (FailFast tasks = FailFast.watch(spark)) {
            try {
                return run(spark, tasks, listener, stopRequested);
            } catch (Exception failure) {
                throw tasks.firstCauseOf(failure);
            }
        }
    }

    private TrainingOutcome run(
            JavaSparkContext spark, FailFast tasks, TrainingObserver listener, BooleanSupplier stopRequested)
            throws Exception {
        StartupChecks.memory(spark, sources.all().mapToLong(DataSource::bytes).sum());
        ShardedDataset dataset = ShardedDataset.load(
                spark, sources, sharding(spark), config.network().blas());
        try {
            StartupChecks.validation(dataset, config.run());
            StartupChecks.arithmetic(dataset.arithmetic(), config.network().blas());
            switch (config.run().execution().engine()) {
                case AGGREGATE ->
                    StartupChecks.resultSize(
                            spark,
                            dataset.sharding(),
                            config.network().of(dataset).parameterCount());
                case RESIDENT -> StartupChecks.gang(spark, dataset.sharding().partitionCount());
            }
            return train(spark, dataset, tasks, listener, stopRequested);
        } finally {
            cleanUp(dataset);
        }
    }

    /** A failure to do so must cost no result: at the end of a training, the weights are known. */
    private static void cleanUp(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception failure) {
            LOG.warn("cannot clean up: {}", failure.toString());
        }
    }

    private Sharding sharding(JavaSparkContext spark) {
        RunConfig run = config.run();
        int shards = run.shards().orElseGet(() -> Sharding.defaultShardCount(sources.train(), run.batchSize()));
        return new Sharding(
                shards,
                Math.min(shards, run.execution().partitions().orElseGet(() -> Math.max(1, TaskSlots.count(spark)))));
    }

    private TrainingOutcome train(
            JavaSparkContext spark,
            ShardedDataset dataset,
            FailFast tasks,
            TrainingObserver listener,
            BooleanSupplier stopRequested)
            throws IOException {
        RunConfig run = config.run();
        Network network = config.network().of(dataset);
        RowDecoder decoder = new RowDecoder((float) config.data().featureScale(), dataset.classLabels());
        EpochPlan plan = run.plan(dataset);
        UpdateRule rule = config.optimizer().rule(network, config.network().l2(), plan.stepsPerEpoch() * run.epochs());
        CheckpointShape shape = new CheckpointShape(
                network.parameterCount(), rule.optimizer().init(0).slots().size(), plan.stepsPerEpoch());
        StartupChecks.checkpointSize(shape);
        StartingPoint start = StartingPoint.find(config, directory, dataset, shape);
        start.removeWhatCameAfter(directory);
        TrainingState state = start.state(network, rule.optimizer(), run.seed());
        EpochSelection keeper = new EpochSelection(run.keep(), run.earlyStoppingPatience(), start.checkpoint());
        IntPredicate isDone = epochs -> epochs == run.epochs() || keeper.isOutOfPatience(epochs);
        TrainingObserver listeners = TrainingObserver.all(List.of(
                metricsWriter(start.runId()),
                keeper,
                listener,
                checkpointWriter(start, keeper, stopRequested, isDone)));
        ShardComputation computation = new ShardComputation(
                network,
                decoder,
                plan,
                config.network().regularization(),
                config.network().blas());
        Trainer.Trained trained;
        StepEngine engine = run.execution().engine().create(spark, dataset, computation, tasks);
        try {
            trained = new Trainer(engine, rule, plan.stepsPerEpoch()).train(state, start.seconds(), isDone, listeners);
        } finally {
            cleanUp(engine);
        }
        KeptEpoch kept = keeper.kept().orElseThrow();
        Provenance provenance =
                new Provenance(start.runId(), Version.current(), Instant.now().toString(), dataset.fingerprint());
        lock.requireHeld();
        new SoftmaxModel(network, kept.parameters(), decoder, provenance).write(directory.model());
        return new TrainingOutcome(
                start.runId(),
                kept,
                trained.state().step(),
                trained.seconds(),
                trained.times(),
                TrainingOutcome.DataSummary.of(dataset),
                dataset.sharding().partitionCount(),
                start.arithmetic());
    }

    private CheckpointWriter checkpointWriter(
            StartingPoint start, EpochSelection keeper, BooleanSupplier stopRequested, IntPredicate isDone) {
        CheckpointConfig checkpoints = config.run().checkpoints();
        return new CheckpointWriter(
                start.runId(),
                start.identity(),
                start.arithmetic(),
                checkpoint -> {
                    lock.requireHeld();
                    directory.checkpoints(checkpoints.keep()).write(checkpoint);
                },
                keeper,
                checkpoints.every(),
                stopRequested,
                isDone);
    }

    private TrainingObserver metricsWriter(String runId) {
        MetricsTable metrics = directory.metrics();
        return new TrainingObserver() {
            @Override
            public void epochCompleted(EpochEvent event) throws IOException {
                lock.requireHeld();
                metrics.write(runId, event.at().epoch(), event.rows(), event.times());
            }
        };
    }
}
