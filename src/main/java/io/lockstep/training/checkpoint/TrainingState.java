package io.lockstep.training.checkpoint;

import io.lockstep.optim.Chain;
import io.lockstep.optim.OptimizerState;

/**
 * Where a training stands. The arrays are written in place by the steps; the counters are values.
 *
 * @param epoch complete epochs
 * @param step complete steps since the start of training
 */
public record TrainingState(float[] parameters, OptimizerState optimizerState, int epoch, long step) {
    public static TrainingState initial(float[] parameters, Chain optimizer) {
        return new TrainingState(parameters, optimizer.init(), 0, 0);
    }

    public TrainingState afterStep() {
        return new TrainingState(parameters, optimizerState, epoch, step + 1);
    }

    public TrainingState afterEpoch() {
        return new TrainingState(parameters, optimizerState, epoch + 1, step);
    }
}
