package io.lockstep.distributed;

import io.lockstep.data.EpochPlan;
import io.lockstep.data.RowDecoder;
import io.lockstep.data.Shard;
import io.lockstep.data.ShardedDataset;
import io.lockstep.linalg.Blas;
import io.lockstep.metrics.Split;
import io.lockstep.nn.GradientSum;
import io.lockstep.nn.LossSum;
import io.lockstep.nn.Network;
import io.lockstep.nn.Workspace;
import java.io.Serializable;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;

/** One Spark job a step: broadcast the weights, {@code treeAggregate} the slices' gradients, destroy the broadcast. */
public final class AggregateEngine implements StepEngine {
    /**
     * Levels of Spark's own aggregation. It groups partitions by their number modulo the number of groups, so that
     * neighbours, whose sums {@link GradientTree} could add, never meet: more levels only send the same sums twice.
     */
    private static final int DEPTH = 1;

    private final JavaSparkContext spark;
    private final ShardedDataset dataset;
    private final Model model;
    private final EpochPlan plan;
    private final int depth;

    /** What tasks need besides weights: small enough to travel in every closure. */
    private record Model(Network network, RowDecoder decoder, Blas.Choice blas) implements Serializable {
        Workspace workspace() {
            return Workspace.ofThread(network, Blas.of(blas));
        }
    }

    public AggregateEngine(
            JavaSparkContext spark,
            ShardedDataset dataset,
            Network network,
            RowDecoder decoder,
            EpochPlan plan,
            Blas.Choice blas) {
        this(spark, dataset, new Model(network, decoder, blas), plan, DEPTH);
    }

    private AggregateEngine(JavaSparkContext spark, ShardedDataset dataset, Model model, EpochPlan plan, int depth) {
        this.spark = spark;
        this.dataset = dataset;
        this.model = model;
        this.plan = plan;
        this.depth = depth;
    }

    /** The same engine with another depth of {@code treeAggregate}. */
    AggregateEngine withDepth(int newDepth) {
        return new AggregateEngine(spark, dataset, model, plan, newDepth);
    }

    @Override
    public GradientSum compute(float[] parameters, int epoch, long step) {
        Broadcast<float[]> weights = spark.broadcast(parameters);
        try {
            GradientTree empty = new GradientTree(dataset.sharding().shardCount());
            SliceGradient add = new SliceGradient(weights, model, plan, epoch, step);
            return dataset.shards()
                    .treeAggregate(empty, add, GradientTree::merge, depth)
                    .total();
        } finally {
            weights.destroy();
        }
    }

    @Override
    public Map<Split, LossSum> evaluate(float[] parameters) {
        Broadcast<float[]> weights = spark.broadcast(parameters);
        try {
            List<ShardLoss> losses =
                    dataset.shards().map(new EvaluateShard(weights, model)).collect();
            Map<Split, LossSum> sums = new EnumMap<>(Split.class);
            losses.stream() // in the order of shards, whatever order the partitions came in
                    .sorted(Comparator.comparing(ShardLoss::split).thenComparing(ShardLoss::shard))
                    .filter(loss -> loss.sums().exampleCount() > 0)
                    .forEach(loss -> sums.merge(loss.split(), loss.sums(), LossSum::plus));
            return sums;
        } finally {
            weights.destroy();
        }
    }

    @Override
    public void close() {
        // A job a step leaves nothing behind.
    }

    /** Adds the gradient of a training shard's slice to the tree. */
    private record SliceGradient(Broadcast<float[]> weights, Model model, EpochPlan plan, int epoch, long step)
            implements Function2<GradientTree, Shard, GradientTree> {
        @Override
        public GradientTree call(GradientTree tree, Shard shard) {
            if (shard.split() != Split.TRAIN) {
                return tree;
            }
            Network network = model.network();
            Workspace workspace = model.workspace();
            shard.gatherSlice(plan, epoch, step, model.decoder(), workspace.batch());
            float[] gradient = tree.buffer(network.parameterCount());
            LossSum loss = network.gradientInto(gradient, weights.value(), workspace);
            return tree.add(shard.index(), new GradientSum(gradient, loss));
        }
    }

    private record ShardLoss(Split split, int shard, LossSum sums) implements Serializable {}

    /** Sums the loss over a shard, some rows at a time. */
    private record EvaluateShard(Broadcast<float[]> weights, Model model) implements Function<Shard, ShardLoss> {
        private static final int ROWS = 256;

        @Override
        public ShardLoss call(Shard shard) {
            Workspace workspace = model.workspace();
            LossSum sums = LossSum.ZERO;
            for (int from = 0; from < shard.rowCount(); from += ROWS) {
                int to = Math.min(shard.rowCount(), from + ROWS);
                shard.gatherRange(from, to, model.decoder(), workspace.batch());
                sums = sums.plus(model.network().loss(weights.value(), workspace));
            }
            return new ShardLoss(shard.split(), shard.index(), sums);
        }
    }
}
