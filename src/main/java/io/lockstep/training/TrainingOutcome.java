package io.lockstep.training;

import io.lockstep.metrics.EpochTimes;
import java.util.Optional;

/**
 * What a complete run leaves behind, besides its files.
 *
 * @param times where the time went since training was last started
 * @param noEvaluation why there is none; empty if there is, or there were no rows for it
 * @param noPictures why there are none; empty if there are
 */
public record TrainingOutcome(
        RunRecord record, EpochTimes times, Optional<Throwable> noEvaluation, Optional<Throwable> noPictures) {}
