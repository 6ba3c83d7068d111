package io.lockstep.tracking;

import io.lockstep.training.RunRecord;
import java.time.Instant;
import java.util.Optional;

/**
 * How a run ended.
 *
 * @param record of a run that is complete
 */
public record RunEnd(Status status, Instant at, Optional<RunRecord> record) {
    /** As MLflow calls them. */
    public enum Status {
        /** The run is complete. */
        FINISHED,
        FAILED,
        /** It was asked to stop, and can be resumed. */
        KILLED
    }
}
