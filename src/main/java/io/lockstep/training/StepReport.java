package io.lockstep.training;

import io.lockstep.LockstepException;
import io.lockstep.linalg.Vectors;
import io.lockstep.nn.LossSum;
import io.lockstep.optim.Chain;
import io.lockstep.training.checkpoint.TrainingState;
import java.util.Locale;

/**
 * What one step leaves to report.
 *
 * @param batch loss sums of the step's rows before the update
 * @param gradientNorm Euclidean norm of the mean gradient before clipping, with the penalty's part unless that is
 *     decoupled; 0 if the step had no rows
 */
record StepReport(LossSum batch, double learningRate, double gradientNorm) {
    /**
     * @param state in which the step was taken
     * @throws LockstepException of kind {@code DIVERGED} if the loss, the gradient or a parameter is not finite
     */
    void requireFinite(TrainingState state, Chain.Outcome outcome) {
        if (!Double.isFinite(batch.lossSum()) || !outcome.finite()) {
            throw diverged(state.epoch() + 1, state.step() + 1, state.parameters());
        }
    }

    LockstepException diverged(int epoch, long step, float[] parameters) {
        return LockstepException.diverged(String.format(
                Locale.ROOT,
                "training diverged in epoch %d, step %d: mean loss %s, gradient norm %s, learning rate %s,"
                        + " largest weight %s; a lower --learning-rate may help",
                epoch,
                step,
                batch.meanLoss(),
                gradientNorm,
                learningRate,
                (double) Vectors.largestMagnitude(parameters)));
    }
}
