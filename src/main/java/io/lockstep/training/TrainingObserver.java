package io.lockstep.training;

import io.lockstep.metrics.EpochRecord;
import io.lockstep.metrics.EpochTimes;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.nn.LossSum;
import io.lockstep.training.checkpoint.TrainingState;
import java.io.IOException;
import java.util.List;

/** Hears of steps and epochs as they complete, on the thread that trains. What it throws ends the training. */
public interface TrainingObserver {
    /**
     * @param state after the step; its arrays go on changing, so who keeps them copies them
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
     * @param state after the epoch; its arrays go on changing, so who keeps them copies them
     * @param rows one for each split that has rows; not empty
     * @param times where the time of the epoch went; of what an interruption has left of it
     */
    record EpochEvent(TrainingState state, List<MetricsRow> rows, EpochTimes times) {
        public EpochRecord at() {
            return rows.get(0).at();
        }
    }

    /**
     * @param start where training starts: at its beginning, or where a checkpoint stands
     */
    default void trainingStarted(TrainingState start) {}

    default void stepCompleted(StepEvent event) throws IOException {}

    default void epochCompleted(EpochEvent event) throws IOException {}

    /** Passes every event on to each listener in turn. */
    static TrainingObserver all(List<TrainingObserver> listeners) {
        return new TrainingObserver() {
            @Override
            public void trainingStarted(TrainingState start) {
                listeners.forEach(listener -> listener.trainingStarted(start));
            }

            @Override
            public void stepCompleted(StepEvent event) throws IOException {
                for (TrainingObserver listener : listeners) {
                    listener.stepCompleted(event);
                }
            }

            @Override
            public void epochCompleted(EpochEvent event) throws IOException {
                for (TrainingObserver listener : listeners) {
                    listener.epochCompleted(event);
                }
            }
        };
    }
}
