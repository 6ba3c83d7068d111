package io.lockstep.training;

import io.lockstep.optim.Optimizer;
import io.lockstep.optim.OptimizerState;

/**
 * Where a training stands. The arrays are written in place by the steps; the counters are values.
 *
 * @param epoch complete epochs
 * @param step complete steps since the start of training
 */
record TrainingState(float[] parameters, OptimizerState optimizerState, int epoch, long step) {
    static TrainingState initial(float[] parameters, Optimizer optimizer) {
        return new TrainingState(parameters, optimizer.init(parameters.length), 0, 0);
    }

    TrainingState afterStep() {
        return new TrainingState(parameters, optimizerState, epoch, step + 1);
    }

    TrainingState afterEpoch() {
        return new TrainingState(parameters, optimizerState, epoch + 1, step);
    }
}
