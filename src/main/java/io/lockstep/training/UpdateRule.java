package io.lockstep.training;

import io.lockstep.linalg.Range;
import io.lockstep.linalg.Vectors;
import io.lockstep.linalg.Workers;
import io.lockstep.nn.GradientSum;
import io.lockstep.nn.Network;
import io.lockstep.optim.Clipping;
import io.lockstep.optim.LearningRateSchedule;
import io.lockstep.optim.Optimizer;
import io.lockstep.training.checkpoint.TrainingState;

/**
 * What the driver does with the gradient sum of a step: θ ← update(θ, clip(Σ dL/dθ / rows + 2c·W), rate), or, where the
 * optimiser decouples the penalty, θ ← update(θ, clip(Σ dL/dθ / rows), rate, decay of the weights).
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
    record Penalty(double l2, boolean decoupled) {
        /** The c of the part that the gradient has of it. */
        double l2OfGradient() {
            return decoupled ? 0 : l2;
        }

        /** The part of each weight that a step takes away besides: rate · 2c if decoupled, else 0. */
        double decay(double rate) {
            return decoupled ? rate * 2 * l2 : 0;
        }
    }

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
            network.meanWithPenaltyInPlace(gradient, rows, parameters, penalty.l2OfGradient(), range);
            return Vectors.sumOfSquares(gradient, range);
        });
        StepReport report = new StepReport(sum.loss(), rate, Math.sqrt(squares));
        report.requireFinite(state);
        float clip = clipNorm > 0 ? Clipping.scale(report.gradientNorm(), clipNorm) : 1;
        double updated = Range.sumOverParts(gradient.length, workers, range -> {
            if (clip != 1) {
                Vectors.scaleInPlace(gradient, clip, range);
            }
            updateInPlace(state, gradient, range, rate);
            return Vectors.sumOfSquares(parameters, range);
        });
        if (!Double.isFinite(updated)) {
            throw report.diverged(state.epoch() + 1, state.step() + 1, parameters);
        }
        return report;
    }

    /** Only weights decay. */
    private void updateInPlace(TrainingState state, float[] gradient, Range range, double rate) {
        Optimizer.Step ofWeights = new Optimizer.Step(state.step(), rate, penalty.decay(rate));
        for (Range weights : network.weights(range)) {
            optimizer.updateInPlace(state.parameters(), gradient, state.optimizerState(), weights, ofWeights);
        }
        Optimizer.Step ofBiases = new Optimizer.Step(state.step(), rate, 0);
        for (Range biases : network.biases(range)) {
            optimizer.updateInPlace(state.parameters(), gradient, state.optimizerState(), biases, ofBiases);
        }
    }
}
