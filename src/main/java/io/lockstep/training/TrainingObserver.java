package io.lockstep.training;

import io.lockstep.metrics.EpochMetrics;
import io.lockstep.metrics.EpochTimes;
import io.lockstep.nn.LossSum;
import io.lockstep.training.checkpoint.TrainingState;

/**
 * Watches steps and epochs as they complete, on the thread that trains. It is told after everything that belongs to the
 * step or epoch is written. It has no say in the training: if it throws, that is logged, and it is told no more. It
 * must not wait for a Spark job of its own: tasks that stay may hold all cores.
 */
public interface TrainingObserver {
    /**
     * @param state after the step; its arrays keep changing, so an observer that keeps them copies them
     * @param step within the epoch, counted from 1
     * @param batch the loss sums of the step's rows, before the update
     * @param seconds of training so far
     */
    record StepEvent(TrainingState state, long step, long stepsPerEpoch, LossSum batch, double seconds) {
        /** Counted from 1. */
        public int epoch() {
            return state.epoch() + 1;
        }
    }

    /**
     * @param state after the epoch; its arrays keep changing, so an observer that keeps them copies them
     * @param times where the time of the epoch went, or of the part of it since a resume
     */
    record EpochEvent(TrainingState state, EpochMetrics metrics, EpochTimes times) {}

    /** A run with a directory is about to start. */
    default void runStarted(RunStart start) {}

    /** @param outline what is going to be trained, on what */
    default void prepared(TrainingOutline outline) {}

    /** @param explanation which engine runs the steps, and why */
    default void engineChosen(String explanation) {}

    /** @param start where training starts: at its beginning, or at a checkpoint */
    default void trainingStarted(TrainingState start) {}

    default void stepCompleted(StepEvent event) {}

    default void epochCompleted(EpochEvent event) {}
}
