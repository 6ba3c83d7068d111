package io.lockstep.distributed;

import io.lockstep.Stopwatch;
import io.lockstep.data.Shard;
import io.lockstep.data.ShardedDataset;
import io.lockstep.data.Split;
import io.lockstep.distributed.ShardComputation.ShardLoss;
import io.lockstep.metrics.StepTimes;
import io.lockstep.nn.LossSum;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
import scala.runtime.AbstractFunction2;

/**
 * One Spark job a step: broadcast the weights, let each partition add its slices' gradients in a {@link GradientTree}, add
 * the partitions' trees, destroy the broadcast.
 *
 * <p>It runs jobs by {@code SparkContext.runJob}. {@code treeAggregate} would do the same in about 2 ms more a step, in
 * which Spark reads the classes of its own wrappers to clean their closures; and its further levels would only send the
 * same sums twice, because Spark groups partitions that are never neighbours in the tree.
 */
public final class AggregateEngine implements StepEngine {
    private final JavaSparkContext spark;
    private final ShardedDataset dataset;
    private final Broadcast<ShardComputation> computation;

    public AggregateEngine(JavaSparkContext spark, ShardedDataset dataset, ShardComputation computation) {
        this.spark = spark;
        this.dataset = dataset;
        this.computation = spark.broadcast(computation);
    }

    Broadcast<ShardComputation> computation() {
        return computation;
    }

    @Override
    public Step compute(float[] parameters, int epoch, long step) {
        int shards = dataset.sharding().shardCount();
        Stopwatch broadcasting = Stopwatch.start();
        Broadcast<Floats> weights = spark.broadcast(new Floats(parameters));
        try {
            double broadcast = broadcasting.seconds();
            Stopwatch job = Stopwatch.start();
            List<PartitionSum> sums =
                    run(new PartitionGradient(weights, computation, shards, epoch, step), PartitionSum.class);
            double jobSeconds = job.seconds();
            Stopwatch aggregation = Stopwatch.start();
            GradientTree all = new GradientTree(shards);
            sums.forEach(sum -> all.merge(sum.tree()));
            return new Step(all.total(), times(broadcast, jobSeconds, sums, aggregation.seconds()));
        } finally {
            weights.destroy();
        }
    }

    private static StepTimes times(double broadcast, double job, List<PartitionSum> sums, double aggregation) {
        DoubleSummaryStatistics compute =
                sums.stream().mapToDouble(PartitionSum::seconds).summaryStatistics();
        return new StepTimes(broadcast, job - compute.getMax(), compute.getAverage(), compute.getMax(), aggregation);
    }

    @Override
    public Map<Split, LossSum> evaluate(float[] parameters) {
        Broadcast<Floats> weights = spark.broadcast(new Floats(parameters));
        try {
            Map<Split, LossSum> sums = new EnumMap<>(Split.class);
            run(new PartitionLosses(weights, computation), ShardLosses.class).stream()
                    .flatMap(partition -> partition.losses().stream())
                    .filter(loss -> loss.sums().exampleCount() > 0)
                    .sorted(Comparator.comparing(ShardLoss::split).thenComparing(ShardLoss::shard))
                    .forEach(loss -> sums.merge(loss.split(), loss.sums(), LossSum::plus));
            return sums;
        } finally {
            weights.destroy();
        }
    }

    @Override
    public void close() {
        computation.destroy(); // the only thing that a step leaves behind
    }

    /** One result a partition, in the order of partitions. */
    private <R> List<R> run(AbstractFunction2<TaskContext, Iterator<Shard>, R> function, Class<R> result) {
        Object results = spark.sc().runJob(dataset.shards().rdd(), function, ClassTag.apply(result));
        @SuppressWarnings("unchecked") // an array of the class that the tag names
        R[] array = (R[]) results;
        return List.of(array);
    }

    /**
     * @param seconds it took the task to compute
     */
    private record PartitionSum(GradientTree tree, double seconds) implements Serializable {}

    /** Adds the slices' gradients of a partition's shards. */
    private static final class PartitionGradient extends AbstractFunction2<TaskContext, Iterator<Shard>, PartitionSum>
            implements Serializable {
        private static final long serialVersionUID = 1;

        private final Broadcast<Floats> weights;
        private final Broadcast<ShardComputation> computation;
        private final int shardCount;
        private final int epoch;
        private final long step;

        PartitionGradient(
                Broadcast<Floats> weights,
                Broadcast<ShardComputation> computation,
                int shardCount,
                int epoch,
                long step) {
            this.weights = weights;
            this.computation = computation;
            this.shardCount = shardCount;
            this.epoch = epoch;
            this.step = step;
        }

        @Override
        public PartitionSum apply(TaskContext context, Iterator<Shard> shards) {
            Stopwatch compute = Stopwatch.start();
            GradientTree tree = new GradientTree(shardCount);
            while (shards.hasNext()) {
                computation
                        .value()
                        .addGradient(tree, shards.next(), weights.value().values(), epoch, step);
            }
            return new PartitionSum(tree, compute.seconds());
        }
    }

    private record ShardLosses(List<ShardLoss> losses) implements Serializable {}

    /** Sums the loss over each of a partition's shards. */
    private static final class PartitionLosses extends AbstractFunction2<TaskContext, Iterator<Shard>, ShardLosses>
            implements Serializable {
        private static final long serialVersionUID = 1;

        private final Broadcast<Floats> weights;
        private final Broadcast<ShardComputation> computation;

        PartitionLosses(Broadcast<Floats> weights, Broadcast<ShardComputation> computation) {
            this.weights = weights;
            this.computation = computation;
        }

        @Override
        public ShardLosses apply(TaskContext context, Iterator<Shard> shards) {
            List<ShardLoss> losses = new ArrayList<>();
            while (shards.hasNext()) {
                losses.add(
                        computation.value().loss(shards.next(), weights.value().values()));
            }
            return new ShardLosses(losses);
        }
    }
}
