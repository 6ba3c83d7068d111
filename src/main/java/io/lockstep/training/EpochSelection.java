package io.lockstep.training;

import io.lockstep.data.Split;
import io.lockstep.training.checkpoint.BestEpoch;
import io.lockstep.training.checkpoint.Checkpoint;
import io.lockstep.training.checkpoint.KeptEpoch;
import java.util.Optional;

/**
 * Follows the validation accuracy: keeps the parameters that are to be the result, with the metrics of their epoch, and
 * knows when there has been no improvement for too long.
 */
final class EpochSelection implements TrainingObserver {
    private final RunConfig.Keep keep;
    private final int patience;
    private Optional<KeptEpoch> kept;
    private Optional<BestEpoch> best;

    /**
     * @param patience epochs without improvement after which training stops; 0 for never
     * @param before where the training goes on from, if it does
     */
    EpochSelection(RunConfig.Keep keep, int patience, Optional<Checkpoint> before) {
        this.keep = keep;
        this.patience = patience;
        this.kept = before.flatMap(Checkpoint::kept);
        this.best = before.flatMap(Checkpoint::best);
    }

    @Override
    public void epochCompleted(EpochEvent event) {
        Optional<BestEpoch> candidate = event.rows().stream()
                .filter(row -> row.split() == Split.VALIDATION)
                .map(row -> new BestEpoch(event.at().epoch(), row.accuracy()))
                .findFirst();
        boolean improved = candidate.isPresent()
                && (best.isEmpty()
                        || candidate.get().validationAccuracy() > best.get().validationAccuracy());
        if (improved) {
            best = candidate;
        }
        if (improved || candidate.isEmpty() || keep == RunConfig.Keep.LAST) {
            kept = Optional.of(new KeptEpoch(event.state().parameters().clone(), event.rows()));
        }
    }

    /** The result so far; empty before the first epoch is complete. */
    Optional<KeptEpoch> kept() {
        return kept;
    }

    /** Empty while there is no epoch with validation rows. */
    Optional<BestEpoch> best() {
        return best;
    }

    /** Whether training is to stop after so many complete epochs, because they have not improved for too long. */
    boolean isOutOfPatience(int completeEpochs) {
        return patience > 0 && best.isPresent() && completeEpochs - best.get().epoch() >= patience;
    }
}
