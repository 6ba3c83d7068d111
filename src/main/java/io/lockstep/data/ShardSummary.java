package io.lockstep.data;

import io.lockstep.metrics.Split;
import java.io.Serializable;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the driver needs to know of a shard. */
record ShardSummary(
        Split split, int index, long rowCount, SortedMap<Integer, Long> labelCounts, Fingerprint fingerprint)
        implements Serializable {

    /** Collects a summary row by row. */
    static final class Builder {
        private final Split split;
        private final int index;
        private final SortedMap<Integer, Long> labelCounts = new TreeMap<>();
        private long rowCount;
        private Fingerprint fingerprint = Fingerprint.EMPTY;

        Builder(Split split, int index) {
            this.split = split;
            this.index = index;
        }

        void add(int label, RowHash hash) {
            rowCount++;
            labelCounts.merge(label, 1L, Long::sum);
            fingerprint = fingerprint.plus(hash);
        }

        ShardSummary build() {
            return new ShardSummary(split, index, rowCount, labelCounts, fingerprint);
        }
    }
}
