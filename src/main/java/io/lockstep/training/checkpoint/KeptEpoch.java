package io.lockstep.training.checkpoint;

import io.lockstep.metrics.EpochMetrics;

/**
 * The epoch whose parameters are, so far, the result.
 *
 * @param metrics at its end
 */
public record KeptEpoch(float[] parameters, EpochMetrics metrics) {
    /** Counted from 1. */
    public int epoch() {
        return metrics.at().epoch();
    }
}
