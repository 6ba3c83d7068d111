package io.lockstep.training;

import io.lockstep.linalg.Range;
import io.lockstep.linalg.Vectors;
import io.lockstep.linalg.Workers;
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
    StepReport apply(TrainingState state, GradientSum sum, Workers workers) {
        double rate = schedule.rate(state.step());
        long rows = sum.loss().exampleCount();
        if (rows == 0) {
            return new StepReport(sum.loss(), rate, 0);
        }
        float[] parameters = state.parameters();
        float[] gradient = sum.gradient();
        double squares = Range.sumOverParts(gradient.length, workers, range -> {
            network.meanWithPenaltyInPlace(gradient, rows, parameters, penalty.decoupled() ? 0 : penalty.l2(), range);
            return Vectors.sumOfSquares(gradient, range);
        });
        StepReport report = new StepReport(sum.loss(), rate, Math.sqrt(squares));
        report.requireFinite(state);
        float clip = clipNorm > 0 ? Clipping.scale(report.gradientNorm(), clipNorm) : 1;
        double updated = Range.sumOverParts(gradient.length, workers, range -> {
            if (clip != 1) {
                Vectors.scaleInPlace(gradient, clip, range);
            }
            if (penalty.decoupled()) {
                network.decayWeightsInPlace(parameters, rate * 2 * penalty.l2(), range);
            }
            optimizer.updateInPlace(parameters, gradient, state.optimizerState(), range, state.step(), rate);
            return Vectors.sumOfSquares(parameters, range);
        });
        if (!Double.isFinite(updated)) {
            throw report.diverged(state.epoch() + 1, state.step() + 1, parameters);
        }
        return report;
    }
}
