package io.lockstep.metrics;

import io.lockstep.data.Split;

/**
 * One row of the metrics table: how good the network was on one split at the end of one epoch. It has the means that
 * are on disk, from which the exact sums of {@link EpochMetrics} cannot be restored.
 *
 * @param times of the epoch, the same in the row of every split
 */
public record MetricsRow(String runId, EpochRecord at, Split split, Means means, EpochTimes times) {
    /**
     * Over the rows of the split, each with its weight.
     *
     * @param examples rows of the split, whatever their weights
     * @param crossEntropy mean −ln p of the true class, in nats
     * @param penalty as in {@link EpochMetrics}
     * @param accuracy the part of the rows whose most probable class is the true one
     * @param examplesPerSecond as in {@link EpochMetrics.OfSplit}
     */
    public record Means(
            long examples, double crossEntropy, double penalty, double accuracy, double examplesPerSecond) {}

    /** Mean cross-entropy plus penalty: what training minimises, apart from label smoothing, dropout and decoupling. */
    public double loss() {
        return means.crossEntropy() + means.penalty();
    }

    public double accuracy() {
        return means.accuracy();
    }
}
