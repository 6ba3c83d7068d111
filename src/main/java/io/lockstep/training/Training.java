package io.lockstep.training;

import io.lockstep.data.EpochPlan;
import io.lockstep.data.RowDecoder;
import io.lockstep.data.ShardedDataset;
import io.lockstep.distributed.FailFast;
import io.lockstep.distributed.ShardComputation;
import io.lockstep.distributed.ShardJobs;
import io.lockstep.distributed.StepEngine;
import io.lockstep.distributed.choice.EngineChoice;
import io.lockstep.model.Provenance;
import io.lockstep.model.TrainedModel;
import io.lockstep.nn.Network;
import io.lockstep.training.checkpoint.CheckpointShape;
import io.lockstep.training.checkpoint.KeptEpoch;
import io.lockstep.training.checkpoint.Progress;
import io.lockstep.training.checkpoint.TrainingState;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a network on a dataset, without any file: where the data came from and where the result goes is the caller's
 * business, as is closing the dataset. {@link TrainingRun} trains from files to a run directory.
 */
public final class Training {
    private static final Logger LOG = LoggerFactory.getLogger(Training.class);

    private final TrainingConfig config;
    private final JavaSparkContext spark;
    private final ShardedDataset dataset;
    private final Network network;
    private final RowDecoder decoder;
    private final EpochPlan plan;
    private final UpdateRule rule;
    private final EngineChoice.Chosen engine;
    private final Optional<WarmStart> warmStart;

    /**
     * Checks that the dataset can be trained on as the configuration says.
     *
     * @param config without problems; its data and its run directory have no part in this
     * @throws io.lockstep.LockstepException of kind {@code CONFIGURATION} or {@code DATA}
     */
    public Training(TrainingConfig config, JavaSparkContext spark, ShardedDataset dataset) throws InterruptedException {
        this(config, spark, dataset, Optional.empty());
    }

    /** As above, beginning with the weights of another model if there is one. */
    Training(TrainingConfig config, JavaSparkContext spark, ShardedDataset dataset, Optional<WarmStart> warmStart)
            throws InterruptedException {
        this.warmStart = warmStart;
        this.config = config;
        this.spark = spark;
        this.dataset = dataset;
        this.network = config.network().of(dataset);
        warmStart.ifPresent(model -> model.requireFits(dataset, network));
        this.decoder = dataset.decoder();
        this.plan = config.run().plan(dataset);
        this.rule = config.optimizer()
                .rule(
                        network,
                        config.network().l2(),
                        plan.stepsPerEpoch() * config.run().epochs());
        StartupChecks.validation(dataset, config.run());
        StartupChecks.arithmetic(dataset.machines(), config.network().arithmetic());
        ExecutionConfig execution = config.run().execution();
        this.engine = execution.engine().choose(spark, dataset, network.parameterCount(), execution.exchange());
    }

    /** The name of the engine that runs the steps. */
    String engineName() {
        return engine.factory().name();
    }

    /**
     * Trains from the beginning.
     *
     * @param observers are told of every step and epoch
     * @param stopRequested asked after each step; if so, training ends there
     * @throws io.lockstep.LockstepException of kind {@code DIVERGED}
     * @throws Exception any other failure of Spark or a task; Spark's Scala methods throw checked exceptions undeclared
     */
    public Trained run(List<TrainingObserver> observers, BooleanSupplier stopRequested) throws Exception {
        try (FailFast tasks = FailFast.watch(spark)) {
            try {
                return run(beginning(), tasks, Journal.NONE, observers, stopRequested);
            } catch (Exception failure) {
                throw tasks.firstCauseOf(failure);
            }
        }
    }

    /**
     * As above, from anywhere.
     *
     * @param start its state is consumed
     * @param tasks watches the jobs
     */
    Trained run(
            Progress start,
            FailFast tasks,
            Journal journal,
            List<TrainingObserver> observers,
            BooleanSupplier stopRequested)
            throws IOException {
        ShardComputation computation = new ShardComputation(
                network,
                decoder,
                plan,
                config.network().regularization(),
                config.network().arithmetic());
        Observers all = new Observers(observers);
        all.prepared(TrainingOutline.of(spark, dataset, network, plan.stepsPerEpoch()));
        engine.explanation().ifPresent(all::engineChosen);
        ShardJobs jobs = new ShardJobs(spark, dataset, computation);
        StepEngine steps =
                engine.factory().create(jobs, tasks, config.run().execution().exchange());
        try {
            return new Trainer(steps, rule, plan.stepsPerEpoch(), config.run())
                    .train(start, journal, all, stopRequested);
        } finally {
            cleanUp(steps);
            cleanUp(jobs);
        }
    }

    Progress beginning() {
        float[] parameters = warmStart
                .map(WarmStart::parameters)
                .orElseGet(() -> network.initialParameters(config.run().seed()));
        return Progress.from(TrainingState.initial(parameters, rule.chain()));
    }

    CheckpointShape checkpointShape() {
        return new CheckpointShape(network.parameterCount(), rule.chain().slotCount(), plan.stepsPerEpoch());
    }

    /** The trained network with all that is needed to apply it. */
    public TrainedModel model(KeptEpoch kept, Provenance provenance) {
        return new TrainedModel(network, kept.parameters(), dataset.classes(), dataset.preparation(), provenance);
    }

    /** If closing fails, that must cost no result: at the end of a training, the weights are known. */
    static void cleanUp(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception failure) {
            LOG.warn("cannot clean up: {}", failure.toString());
        }
    }
}
