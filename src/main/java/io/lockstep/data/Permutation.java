package io.lockstep.data;

import io.lockstep.RandomStream;

/** The order in which an epoch visits the rows of a shard. */
record Permutation(long seed, int epoch, int[] order) {
    static Permutation of(long seed, int epoch, int shard, int rowCount) {
        RandomStream random = RandomStream.of(seed, RandomStream.Purpose.PERMUTATION, epoch, shard);
        return new Permutation(seed, epoch, random.permutation(rowCount));
    }

    boolean isOf(long otherSeed, int otherEpoch) {
        return seed == otherSeed && epoch == otherEpoch;
    }
}
