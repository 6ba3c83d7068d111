package io.lockstep.training;

import io.lockstep.data.Split;
import io.lockstep.metrics.EpochMetrics;
import io.lockstep.training.checkpoint.BestEpoch;
import io.lockstep.training.checkpoint.KeptEpoch;
import io.lockstep.training.checkpoint.Progress;
import io.lockstep.training.checkpoint.TrainingState;
import java.util.Optional;

/**
 * Selects, by a figure of the validation rows, the epoch whose parameters are the result, and knows when the epochs
 * have not improved for too long.
 */
final class EpochSelection {
    private final RunConfig.Keep keep;
    private final RunConfig.Monitor monitor;
    private final int patience;
    private Optional<KeptEpoch> kept;
    private Optional<BestEpoch> best;

    /**
     * @param patience epochs without improvement after which training stops; 0 for never
     * @param start of the training
     */
    EpochSelection(RunConfig.Keep keep, RunConfig.Monitor monitor, int patience, Progress start) {
        this.monitor = monitor;
        this.keep = keep;
        this.patience = patience;
        this.kept = start.kept();
        this.best = start.best();
    }

    /** @param state after the epoch; its parameters are copied if they are kept */
    void consider(TrainingState state, EpochMetrics metrics) {
        boolean judged = metrics.splits().containsKey(Split.VALIDATION);
        double score = judged ? monitor.score(metrics) : 0;
        boolean improved = judged && (best.isEmpty() || score > best.get().score());
        if (improved) {
            best = Optional.of(new BestEpoch(metrics.at().epoch(), score));
        }
        if (improved || !judged || keep == RunConfig.Keep.LAST) {
            kept = Optional.of(new KeptEpoch(state.parameters().clone(), metrics));
        }
    }

    Progress progress(TrainingState state, double seconds) {
        return new Progress(state, seconds, kept, best);
    }

    /** Whether training stops after this number of complete epochs, because they have not improved for too long. */
    boolean isOutOfPatience(int completeEpochs) {
        return patience > 0 && best.isPresent() && completeEpochs - best.get().epoch() >= patience;
    }
}
