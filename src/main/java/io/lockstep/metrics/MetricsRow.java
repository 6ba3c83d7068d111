package io.lockstep.metrics;

import io.lockstep.nn.LossSum;

/**
 * One row of the metrics table: how good the network was on one split at the end of one epoch.
 *
 * @param penalty c · Σ W² at that time
 * @param examplesPerSecond trained per second of the epoch's steps for {@code train}, evaluated per second otherwise
 */
public record MetricsRow(EpochRecord at, Split split, LossSum sums, double penalty, double examplesPerSecond) {
    /** Mean cross-entropy plus penalty: what training minimises. */
    public double loss() {
        return crossEntropy() + penalty;
    }

    /** Mean −ln p of the true class, in nats. */
    public double crossEntropy() {
        return sums.meanLoss();
    }

    public double accuracy() {
        return sums.accuracy();
    }
}
