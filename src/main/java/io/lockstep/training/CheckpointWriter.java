package io.lockstep.training;

import io.lockstep.LockstepException;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.training.checkpoint.Checkpoint;
import io.lockstep.training.checkpoint.RunIdentity;
import io.lockstep.training.checkpoint.TrainingState;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;

/**
 * Writes a checkpoint after each epoch, after every so many steps, and when the training is asked to stop. It must hear
 * of an epoch after whoever writes its metrics and keeps its parameters, so that a checkpoint never runs ahead of them.
 *
 * @param arithmetic of all JVMs that have had a part in the result
 * @param every steps between checkpoints within an epoch; 0 for none
 * @param stopRequested asked after each step
 * @param isDone whether training ends by itself after so many epochs
 */
record CheckpointWriter(
        String runId,
        RunIdentity identity,
        List<Arithmetic> arithmetic,
        Destination destination,
        EpochSelection keeper,
        int every,
        BooleanSupplier stopRequested,
        IntPredicate isDone)
        implements TrainingObserver {

    /** Takes a checkpoint in. */
    @FunctionalInterface
    interface Destination {
        void write(Checkpoint checkpoint) throws IOException;
    }

    @Override
    public void stepCompleted(StepEvent event) throws IOException {
        if (event.step() == event.stepsPerEpoch()) {
            return; // the end of the epoch follows at once, with a checkpoint of its own
        }
        boolean stop = stopRequested.getAsBoolean();
        if (stop || every > 0 && event.state().step() % every == 0) {
            write(event.state(), event.seconds());
        }
        if (stop) {
            throw stopped(event.state());
        }
    }

    @Override
    public void epochCompleted(EpochEvent event) throws IOException {
        write(event.state(), event.at().seconds());
        if (stopRequested.getAsBoolean() && !isDone.test(event.state().epoch())) {
            throw stopped(event.state());
        }
    }

    private void write(TrainingState state, double seconds) throws IOException {
        destination.write(new Checkpoint(runId, identity, arithmetic, state, seconds, keeper.kept(), keeper.best()));
    }

    private static LockstepException stopped(TrainingState state) {
        return LockstepException.interrupted("interrupted after step " + state.step() + ", in epoch "
                + (state.epoch() + 1) + "; the same command with --resume goes on from there");
    }
}
