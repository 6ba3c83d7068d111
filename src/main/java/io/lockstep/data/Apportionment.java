package io.lockstep.data;

import java.io.Serializable;
import java.math.BigInteger;

/**
 * An order of the rows of all shards in which any stretch has rows of each shard about in proportion to its size. It is
 * defined by a binary tree over shard numbers: of the first c rows of a node that has m, ⌊c·l/m⌋ lie in its left half,
 * which has l, and the others in its right half. As c grows by one, so does the count in exactly one half, hence in
 * exactly one shard.
 */
public final class Apportionment implements Serializable {
    /** Of no shards. */
    static final Apportionment NONE = of(new int[0]);

    private static final long serialVersionUID = 1;

    private final long[] rowsBefore; // rows in the shards before each, and in all

    private Apportionment(long[] rowsBefore) {
        this.rowsBefore = rowsBefore;
    }

    /** @param shardRows the number of rows of each shard */
    static Apportionment of(int[] shardRows) {
        long[] rowsBefore = new long[shardRows.length + 1];
        for (int shard = 0; shard < shardRows.length; shard++) {
            rowsBefore[shard + 1] = rowsBefore[shard] + shardRows[shard];
        }
        return new Apportionment(rowsBefore);
    }

    boolean isNone() {
        return rowsBefore.length == 1;
    }

    long rowCount() {
        return rowsBefore[rowsBefore.length - 1];
    }

    /** How many of the first {@code rows} rows of all are the shard's. */
    long before(int shard, long rows) {
        int from = 0;
        int to = rowsBefore.length - 1;
        long count = rows;
        while (to - from > 1) {
            int middle = (from + to) >>> 1;
            long left = share(count, rowsBefore[middle] - rowsBefore[from], rowsBefore[to] - rowsBefore[from]);
            if (shard < middle) {
                count = left;
                to = middle;
            } else {
                count -= left;
                from = middle;
            }
        }
        return count;
    }

    /** ⌊count · part / whole⌋, and 0 of nothing. */
    static long share(long count, long part, long whole) {
        if (whole == 0) {
            return 0;
        }
        if (Math.multiplyHigh(count, part) == 0 && count * part >= 0) {
            return count * part / whole;
        }
        return BigInteger.valueOf(count)
                .multiply(BigInteger.valueOf(part))
                .divide(BigInteger.valueOf(whole))
                .longValueExact();
    }
}
