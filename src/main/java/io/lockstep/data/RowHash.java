package io.lockstep.data;

import org.apache.commons.codec.digest.MurmurHash3;

/**
 * A 128-bit hash of a row's content (MurmurHash3 x64, Appleby), of which one half places the row and the other decides
 * its split, so that the two are independent of each other and of any order.
 */
record RowHash(long placement, long split) implements Comparable<RowHash> {
    static RowHash of(byte[] rows, int offset, int length) {
        long[] halves = MurmurHash3.hash128x64(rows, offset, length, 0);
        return new RowHash(halves[0], halves[1]);
    }

    int shard(int shardCount) {
        return (int) Long.remainderUnsigned(placement, shardCount);
    }

    /** Whether the row belongs to the given fraction of all possible rows. */
    boolean isWithin(double fraction) {
        return splitPlace() < fraction;
    }

    /** Where the row lies between 0 and 1: every fraction above takes it. */
    double splitPlace() {
        return (split >>> 11) * 0x1.0p-53;
    }

    @Override
    public int compareTo(RowHash other) {
        int byPlacement = Long.compareUnsigned(placement, other.placement);
        return byPlacement != 0 ? byPlacement : Long.compareUnsigned(split, other.split);
    }
}
