package io.lockstep.training.checkpoint;

import java.util.Optional;

/**
 * How far a training has come: all that it needs to go on as if it had never stopped.
 *
 * @param seconds of training so far
 * @param kept the epoch that is the result so far, if an epoch is complete
 * @param best the epoch with the best validation so far, if there was one with validation rows
 */
public record Progress(TrainingState state, double seconds, Optional<KeptEpoch> kept, Optional<BestEpoch> best) {
    public Progress {
        int epoch = state.epoch();
        expect(epoch >= 0 && state.step() >= epoch, "a step from the number of epochs", state.step());
        expect(seconds >= 0 && Double.isFinite(seconds), "seconds from 0", seconds);
        expect(kept.isPresent() == (epoch > 0), "a result so far if, and only if, an epoch is complete", epoch);
        kept.ifPresent(result -> {
            expect(result.parameters().length == state.parameters().length, "as many parameters in the result", result);
            expect(result.epoch() >= 1 && result.epoch() <= epoch, "a result of a complete epoch", result.epoch());
        });
        best.ifPresent(found -> {
            expect(found.epoch() >= 1 && found.epoch() <= epoch, "a best epoch that is complete", found);
            // An accuracy, or a loss with its sign changed.
            expect(Double.isFinite(found.score()) && found.score() <= 1, "a finite score of at most 1", found);
        });
    }

    /** The beginning of a training. */
    public static Progress from(TrainingState initial) {
        return new Progress(initial, 0, Optional.empty(), Optional.empty());
    }

    static void expect(boolean holds, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("expected " + expected + ", found " + found);
        }
    }
}
