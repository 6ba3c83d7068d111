package io.lockstep.data;

import java.io.Serializable;

/**
 * Which rows of a shard take part in which step: in step t of T a shard of n rows gives rows
 * [⌊t·n/T⌋, ⌊(t+1)·n/T⌋) of its own permutation for the epoch, so an epoch uses every row exactly once.
 *
 * @param seed of the permutations
 * @param stepsPerEpoch T = ⌈training rows / batch size⌉
 */
public record EpochPlan(long seed, long stepsPerEpoch) implements Serializable {
    public EpochPlan {
        if (stepsPerEpoch < 1) {
            throw new IllegalArgumentException("expected at least one step an epoch, found " + stepsPerEpoch);
        }
    }

    public static EpochPlan of(long seed, long trainingRows, int batchSize) {
        return new EpochPlan(seed, (trainingRows + batchSize - 1) / batchSize);
    }

    /** The first place in the permutation that belongs to {@code step}; the next step's is where it ends. */
    int sliceStart(long step, int rowCount) {
        return Math.toIntExact(step * rowCount / stepsPerEpoch);
    }
}
