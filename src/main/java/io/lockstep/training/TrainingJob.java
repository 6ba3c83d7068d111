package io.lockstep.training;

import io.lockstep.Version;
import io.lockstep.data.DataFormat;
import io.lockstep.data.EpochPlan;
import io.lockstep.data.RowDecoder;
import io.lockstep.data.ShardedDataset;
import io.lockstep.data.Sharding;
import io.lockstep.data.Sources;
import io.lockstep.distributed.AggregateEngine;
import io.lockstep.distributed.StepEngine;
import io.lockstep.metrics.MetricsTable;
import io.lockstep.metrics.Split;
import io.lockstep.model.Provenance;
import io.lockstep.model.SoftmaxModel;
import io.lockstep.model.WeightsDigest;
import io.lockstep.nn.Network;
import io.lockstep.optim.LearningRateSchedule;
import io.lockstep.optim.Optimizer;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/** One training run, from files to a run directory with metrics and a model. */
public final class TrainingJob {
    private final TrainingConfig config;
    private final RunDirectory directory;
    private final Sources sources;

    private TrainingJob(TrainingConfig config, RunDirectory directory, Sources sources) {
        this.config = config;
        this.directory = directory;
        this.sources = sources;
    }

    /**
     * Opens the data, and checks all of them that can be checked without Spark.
     *
     * @throws io.lockstep.LockstepException of kind {@code DATA}
     */
    public static TrainingJob open(TrainingConfig config, RunDirectory directory) {
        DataConfig data = config.data();
        DataFormat format = data.format();
        Configuration hadoop = directory.hadoop();
        Sources sources = new Sources(
                format.open(data.train(), hadoop),
                data.validation().map(uri -> format.open(uri, hadoop)),
                data.test().map(uri -> format.open(uri, hadoop)),
                data.validationFraction());
        return new TrainingJob(config, directory, sources);
    }

    /**
     * Reads the data, trains, and writes metrics and model.
     *
     * @param listener hears of every step and epoch, after the metrics of the epoch are written
     * @throws io.lockstep.LockstepException of kind {@code DATA} or {@code DIVERGED}
     */
    public TrainingOutcome run(JavaSparkContext spark, TrainingListener listener) throws IOException {
        try (ShardedDataset dataset = ShardedDataset.load(spark, sources, sharding(spark))) {
            directory.create();
            return train(spark, dataset, listener);
        }
    }

    private Sharding sharding(JavaSparkContext spark) {
        RunConfig run = config.run();
        int shards = run.shards().orElseGet(() -> Sharding.defaultShardCount(sources.train(), run.batchSize()));
        return new Sharding(shards, Math.min(shards, run.partitions().orElseGet(spark::defaultParallelism)));
    }

    private TrainingOutcome train(JavaSparkContext spark, ShardedDataset dataset, TrainingListener listener)
            throws IOException {
        RunConfig run = config.run();
        String runId = UUID.randomUUID().toString();
        Network network = network(dataset);
        RowDecoder decoder = new RowDecoder((float) config.data().featureScale(), dataset.classLabels());
        EpochPlan plan = EpochPlan.of(run.seed(), dataset.rowCount(Split.TRAIN), run.batchSize());
        Optimizer optimizer =
                config.optimizer().kind().create(config.optimizer().momentum());
        KeptParameters keeper = new KeptParameters(run.keep());
        TrainingState end;
        try (StepEngine engine = new AggregateEngine(spark, dataset, network, decoder, plan)) {
            Trainer trainer = new Trainer(
                    network, engine, optimizer, schedule(plan), config.network().l2(), plan.stepsPerEpoch());
            end = trainer.train(
                    TrainingState.initial(network.initialParameters(run.seed()), optimizer),
                    run.epochs(),
                    TrainingListener.all(List.of(metricsWriter(runId), keeper, listener)));
        }
        KeptParameters.Kept kept = keeper.kept();
        Provenance provenance =
                new Provenance(runId, Version.current(), Instant.now().toString(), dataset.fingerprint());
        new SoftmaxModel(network, kept.parameters(), decoder, provenance).write(directory.model(), directory.hadoop());
        return new TrainingOutcome(
                runId,
                kept.at().epoch(),
                kept.rows(),
                kept.inSample(),
                end.step(),
                keeper.lastSeconds(),
                WeightsDigest.sha256(kept.parameters()),
                TrainingOutcome.DataSummary.of(dataset));
    }

    private Network network(ShardedDataset dataset) {
        List<Integer> sizes = new ArrayList<>(List.of(dataset.featureCount()));
        sizes.addAll(config.network().hidden());
        sizes.add(dataset.classLabels().size());
        return Network.of(sizes);
    }

    private LearningRateSchedule schedule(EpochPlan plan) {
        OptimizerConfig optimizer = config.optimizer();
        return LearningRateSchedule.of(
                optimizer.schedule(),
                optimizer.learningRate(),
                optimizer.warmupFraction(),
                plan.stepsPerEpoch() * config.run().epochs());
    }

    private TrainingListener metricsWriter(String runId) {
        MetricsTable metrics = directory.metrics();
        return new TrainingListener() {
            @Override
            public void epochCompleted(EpochEvent event) throws IOException {
                metrics.write(runId, event.at().epoch(), event.rows());
            }
        };
    }
}
