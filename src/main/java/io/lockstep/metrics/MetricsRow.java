package io.lockstep.metrics;

import io.lockstep.data.Split;
import io.lockstep.nn.LossSum;

/**
 * One row of the metrics table: how good the network was on one split at the end of one epoch.
 *
 * @param penalty c · Σ W² at that time, also where the optimiser decouples it
 * @param examplesPerSecond for {@code train}, the rows trained on per second of the epoch's steps, without checkpoints and
 *     evaluation; otherwise, the rows of all splits evaluated per second
 */
public record MetricsRow(EpochRecord at, Split split, LossSum sums, double penalty, double examplesPerSecond) {
    /** Mean cross-entropy plus penalty: what training minimises, apart from label smoothing, dropout and decoupling. */
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
