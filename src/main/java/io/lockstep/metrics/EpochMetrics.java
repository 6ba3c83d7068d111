package io.lockstep.metrics;

import io.lockstep.data.Split;
import io.lockstep.nn.LossSum;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How good the network was at the end of an epoch, as weighted sums over the rows of each split.
 *
 * @param penalty c · Σ W² at that time, also where the optimiser decouples it
 * @param splits those that have rows, in their natural order; at least one
 */
public record EpochMetrics(EpochRecord at, double penalty, Map<Split, OfSplit> splits) {
    /**
     * @param examplesPerSecond for {@code train}, the rows trained on per second of the epoch's steps, without
     *     checkpoints and evaluation; otherwise, the rows of all splits evaluated per second
     */
    public record OfSplit(LossSum sums, double examplesPerSecond) {}

    public EpochMetrics {
        if (splits.isEmpty() || !splits.values().stream().allMatch(split -> isPossible(split.sums()))) {
            throw new IllegalArgumentException("expected possible sums for each split with rows, found " + splits);
        }
        splits = Collections.unmodifiableMap(new EnumMap<>(splits));
    }

    private static boolean isPossible(LossSum sums) {
        return Double.isFinite(sums.lossSum()) && sums.consistent() && sums.weight() > 0;
    }

    /** Zero where a split has no rows. */
    public LossSum sums(Split split) {
        return splits.containsKey(split) ? splits.get(split).sums() : LossSum.ZERO;
    }

    /** Training and validation rows together. */
    public LossSum inSample() {
        return sums(Split.TRAIN).plus(sums(Split.VALIDATION));
    }

    /**
     * Weighted mean cross-entropy plus penalty: what training minimises, apart from label smoothing, dropout and
     * decoupling.
     *
     * @param sums of some rows at the end of this epoch
     */
    public double loss(LossSum sums) {
        return sums.meanLoss() + penalty;
    }

    /** A row of the metrics table for each split. */
    public List<MetricsRow> rows(String runId, EpochTimes times) {
        return splits.entrySet().stream()
                .map(entry -> new MetricsRow(runId, at, entry.getKey(), means(entry.getValue()), times))
                .toList();
    }

    private MetricsRow.Means means(OfSplit split) {
        LossSum sums = split.sums();
        return new MetricsRow.Means(
                sums.exampleCount(), sums.meanLoss(), penalty, sums.accuracy(), split.examplesPerSecond());
    }
}
