package io.lockstep.training;

import io.lockstep.metrics.EpochRecord;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.nn.LossSum;
import java.io.IOException;
import java.util.List;

/** Hears of steps and epochs as they complete, on the thread that trains. What it throws ends the training. */
public interface TrainingListener {
    /**
     * @param epoch counted from 1
     * @param step within the epoch, counted from 1
     * @param batch the loss sums of the step's rows, before the update
     */
    record StepEvent(int epoch, long step, long stepsPerEpoch, LossSum batch) {}

    /**
     * @param rows one for each split that has rows
     * @param parameters as they are now; they go on changing, so who keeps them copies them
     */
    record EpochEvent(EpochRecord at, List<MetricsRow> rows, float[] parameters) {}

    default void stepCompleted(StepEvent event) {}

    default void epochCompleted(EpochEvent event) throws IOException {}

    /** Passes every event on to each listener in turn. */
    static TrainingListener all(List<TrainingListener> listeners) {
        return new TrainingListener() {
            @Override
            public void stepCompleted(StepEvent event) {
                listeners.forEach(listener -> listener.stepCompleted(event));
            }

            @Override
            public void epochCompleted(EpochEvent event) throws IOException {
                for (TrainingListener listener : listeners) {
                    listener.epochCompleted(event);
                }
            }
        };
    }
}
