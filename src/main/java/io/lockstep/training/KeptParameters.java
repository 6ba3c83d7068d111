package io.lockstep.training;

import io.lockstep.metrics.MetricsRow;
import io.lockstep.metrics.Split;
import io.lockstep.model.KeptEpoch;
import java.util.Optional;

/** Keeps the parameters that are to be the result, with the metrics of their epoch. */
final class KeptParameters implements TrainingListener {
    private final RunConfig.Keep keep;
    private KeptEpoch kept;

    /**
     * @param before what was kept when the training stopped, if it goes on from a checkpoint
     */
    KeptParameters(RunConfig.Keep keep, Optional<KeptEpoch> before) {
        this.keep = keep;
        this.kept = before.orElse(null);
    }

    @Override
    public void epochCompleted(EpochEvent event) {
        KeptEpoch candidate = new KeptEpoch(event.state().parameters(), event.rows());
        if (kept == null || !isBetter(kept, candidate)) {
            kept = new KeptEpoch(event.state().parameters().clone(), event.rows());
        }
    }

    /** The result so far; empty before the first epoch is complete. */
    Optional<KeptEpoch> kept() {
        return Optional.ofNullable(kept);
    }

    /** Whether the first, earlier epoch stays the result beside the second. */
    private boolean isBetter(KeptEpoch earlier, KeptEpoch later) {
        return keep == RunConfig.Keep.BEST
                && later.row(Split.VALIDATION).isPresent()
                && validationAccuracy(earlier) >= validationAccuracy(later);
    }

    private static double validationAccuracy(KeptEpoch epoch) {
        return epoch.row(Split.VALIDATION).map(MetricsRow::accuracy).orElseThrow();
    }
}
