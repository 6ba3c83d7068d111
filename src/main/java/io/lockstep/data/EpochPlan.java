package io.lockstep.data;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Which rows of a shard take part in which step: consecutive ones of the shard's own permutation for the epoch, so that
 * an epoch uses every row exactly once. With T steps, N rows and n in the shard:
 *
 * <ul>
 *   <li>If every shard that is not empty has T rows or more, step t takes rows [⌊t·n/T⌋, ⌊(t+1)·n/T⌋) of each. A step
 *       then has N/T rows to within one a shard, and at least one.
 *   <li>Else shards would round down together, and leave steps with few rows or none. So step t takes rows [⌊t·N/T⌋,
 *       ⌊(t+1)·N/T⌋) of the {@link Apportionment} of all rows to the shards: N/T, rounded down or up.
 * </ul>
 *
 * @param seed of the permutations
 * @param stepsPerEpoch T = ⌈N / batch size⌉
 * @param apportionment of the rows to the shards, or {@link Apportionment#NONE} if each shard has T rows or more
 */
public record EpochPlan(long seed, long stepsPerEpoch, Apportionment apportionment) implements Serializable {
    public EpochPlan {
        if (stepsPerEpoch < 1) {
            throw new IllegalArgumentException("expected at least one step an epoch, found " + stepsPerEpoch);
        }
    }

    /** For shards that have a row for each step. */
    public EpochPlan(long seed, long stepsPerEpoch) {
        this(seed, stepsPerEpoch, Apportionment.NONE);
    }

    /** @param shardRows the number of training rows of each shard */
    public static EpochPlan of(long seed, int[] shardRows, int batchSize) {
        long rows = Arrays.stream(shardRows).asLongStream().sum();
        long steps = (rows + batchSize - 1) / batchSize;
        boolean enough = Arrays.stream(shardRows).allMatch(count -> count == 0 || count >= steps);
        return new EpochPlan(seed, steps, enough ? Apportionment.NONE : Apportionment.of(shardRows));
    }

    /** The first place in the shard's permutation that belongs to {@code step}; the next step's is where it ends. */
    int sliceStart(long step, int shard, int rowCount) {
        long start = apportionment.isNone()
                ? Apportionment.share(step, rowCount, stepsPerEpoch)
                : apportionment.before(shard, Apportionment.share(step, apportionment.rowCount(), stepsPerEpoch));
        return Math.toIntExact(start);
    }
}
