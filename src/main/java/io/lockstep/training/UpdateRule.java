package io.lockstep.training;

import io.lockstep.linalg.Vectors;
import io.lockstep.model.TrainingState;
import io.lockstep.nn.GradientSum;
import io.lockstep.nn.Network;
import io.lockstep.optim.Clipping;
import io.lockstep.optim.LearningRateSchedule;
import io.lockstep.optim.Optimizer;

/**
 * What the driver does with the gradient sum of a step: θ ← update(θ, clip(Σ dL/dθ / rows + 2c·W), rate).
 *
 * @param clipNorm the largest norm of a gradient; 0 for any
 */
record UpdateRule(
        Network network, Optimizer optimizer, LearningRateSchedule schedule, Penalty penalty, double clipNorm) {
    /**
     * The penalty c · Σ W².
     *
     * @param decoupled whether it shrinks the weights directly instead of being a part of the gradient
     */
    record Penalty(double l2, boolean decoupled) {}

    /**
     * Takes one step, in place. A step without rows, as more shards than rows in a batch can leave, changes nothing.
     *
     * @param state before the step; its arrays are written
     * @param sum consumed
     * @throws io.lockstep.LockstepException of kind {@code DIVERGED}
     */
    StepReport apply(TrainingState state, GradientSum sum) {
        double rate = schedule.rate(state.step());
        long rows = sum.loss().exampleCount();
        if (rows == 0) {
            return new StepReport(sum.loss(), rate, 0);
        }
        float[] parameters = state.parameters();
        float[] gradient = sum.gradient();
        network.meanWithPenaltyInPlace(gradient, rows, parameters, penalty.decoupled() ? 0 : penalty.l2());
        StepReport report = new StepReport(sum.loss(), rate, Vectors.norm(gradient));
        report.requireFinite(state);
        if (clipNorm > 0) {
            Clipping.byGlobalNormInPlace(gradient, report.gradientNorm(), clipNorm);
        }
        if (penalty.decoupled()) {
            network.decayWeightsInPlace(parameters, rate * 2 * penalty.l2());
        }
        optimizer.updateInPlace(parameters, gradient, state.optimizerState(), state.step(), rate);
        if (!Vectors.allFinite(parameters)) {
            throw report.diverged(state.epoch() + 1, state.step() + 1, parameters);
        }
        return report;
    }
}
