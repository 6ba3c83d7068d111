package io.lockstep.distributed.aggregate;

import io.lockstep.data.Sharding;
import io.lockstep.distributed.Gradients;
import io.lockstep.distributed.ShardJobs;
import io.lockstep.linalg.Workers;
import java.util.List;
import java.util.Optional;
import scala.Tuple2;

/**
 * Who adds the gradients of which partitions before the driver sees them: group g takes the subtrees that begin with
 * one of the shards [g · 2^level, (g + 1) · 2^level). They are neighbours in the tree, so a group sends one subtree, as
 * long as one gradient, whatever the number of its partitions.
 */
record Groups(int level, int count) implements ShardJobs.Grouping<Gradients> {
    private static final long serialVersionUID = 1;

    /** A second stage takes about as long as receiving and decoding this number of bytes. */
    private static final long LEAST_BYTES_SAVED = 32L << 20;

    /**
     * About as many groups as each has partitions, if they spare the driver enough to pay for a second stage.
     *
     * @param parameterCount numbers in a gradient
     */
    static Optional<Groups> thatPay(Sharding sharding, int parameterCount) {
        long sums = sharding.subtreesOfAllPartitions();
        Groups groups = ofLevel(levelOf(sharding.shardCount(), sums), sharding.shardCount());
        long saved = (sums - groups.count) * Float.BYTES * parameterCount;
        return saved >= LEAST_BYTES_SAVED ? Optional.of(groups) : Optional.empty();
    }

    static Groups ofLevel(int level, int shardCount) {
        return new Groups(level, ((shardCount - 1) >> level) + 1);
    }

    private static int levelOf(int shardCount, long sums) {
        int level = 0;
        while (ofLevel(level, shardCount).count > Math.ceil(Math.sqrt(sums))) {
            level++;
        }
        return level;
    }

    @Override
    public List<Tuple2<Integer, Gradients>> split(Gradients partition) {
        return partition.parts().stream()
                .map(part -> new Tuple2<>((int) (part.tree().firstLeaf() >> level), part))
                .toList();
    }

    @Override
    public Gradients plus(Gradients sum, Gradients part) {
        return sum.plus(part, Workers.NONE);
    }
}
