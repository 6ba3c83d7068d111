package io.lockstep.distributed.aggregate;

import io.lockstep.data.ShardedDataset;
import io.lockstep.distributed.EngineFactory;
import io.lockstep.distributed.ExchangeChoice;
import io.lockstep.distributed.FailFast;
import io.lockstep.distributed.ShardJobs;
import io.lockstep.distributed.StepEngine;
import java.time.Duration;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/** The engine that runs a Spark job a step. It runs anywhere, if the driver accepts the results of a step. */
public final class Aggregate implements EngineFactory {
    private static final String MAX_RESULT_SIZE = "spark.driver.maxResultSize";

    @Override
    public String name() {
        return "aggregate";
    }

    @Override
    public boolean allowsWaitingTasks() {
        return true;
    }

    @Override
    public Optional<Obstacle> obstacle(
            JavaSparkContext spark, ShardedDataset dataset, int parameterCount, Duration patience) {
        long limit = spark.getConf().getSizeAsBytes(MAX_RESULT_SIZE, "1g");
        long sums = groups(spark, dataset, parameterCount)
                .map(groups -> (long) groups.count())
                .orElse(dataset.sharding().subtreesOfAllPartitions());
        long needed = sums * Float.BYTES * parameterCount;
        if (limit <= 0 || needed <= limit) {
            return Optional.empty();
        }
        return Optional.of(new Obstacle(
                MAX_RESULT_SIZE,
                "at least " + ((needed >> 20) + 1) + " MB for the gradients of " + parameterCount + " parameters from "
                        + dataset.sharding().partitionCount() + " partitions",
                (limit >> 20) + " MB",
                "raise it, or use fewer --partitions"));
    }

    @Override
    public StepEngine create(ShardJobs jobs, FailFast tasks, ExchangeChoice exchange) {
        int parameterCount = jobs.computation().value().network().parameterCount();
        return new AggregateEngine(jobs, groups(jobs.spark(), jobs.dataset(), parameterCount));
    }

    /** In local mode results travel nowhere. */
    private static Optional<Groups> groups(JavaSparkContext spark, ShardedDataset dataset, int parameterCount) {
        return spark.isLocal() ? Optional.empty() : Groups.thatPay(dataset.sharding(), parameterCount);
    }
}
