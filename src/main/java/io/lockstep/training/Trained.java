package io.lockstep.training;

import io.lockstep.metrics.EpochTimes;
import io.lockstep.training.checkpoint.KeptEpoch;
import io.lockstep.training.checkpoint.Progress;

/**
 * The result of a training, or how far it came.
 *
 * @param times where the time went since training was last started
 */
public record Trained(End end, Progress progress, EpochTimes times) {
    /** Why a training ended. */
    public enum End {
        /** All epochs are done, or there was no improvement for too long. */
        COMPLETED,
        /** It was asked to stop, and can be resumed. */
        STOPPED
    }

    /**
     * The parameters that are the result, with the metrics of their epoch.
     *
     * @throws java.util.NoSuchElementException if training was stopped before its first epoch was complete
     */
    public KeptEpoch kept() {
        return progress.kept().orElseThrow();
    }
}
