package io.lockstep.training;

import io.lockstep.linalg.Workers;
import io.lockstep.nn.GradientSum;
import io.lockstep.optim.Chain;
import io.lockstep.optim.L2Penalty;
import io.lockstep.optim.LearningRateSchedule;
import io.lockstep.optim.Step;
import io.lockstep.training.checkpoint.TrainingState;

/**
 * What the driver does with the gradient sum of a step.
 *
 * @param penalty part of the cost, whichever link of the chain has it
 */
record UpdateRule(Chain chain, LearningRateSchedule schedule, L2Penalty penalty) {
    /**
     * Takes one step, in place. A step without rows, as more shards than rows in a batch can leave, changes nothing.
     *
     * @param state before the step; its arrays are written
     * @param sum consumed
     * @throws io.lockstep.LockstepException of kind {@code DIVERGED}
     */
    StepReport apply(TrainingState state, GradientSum sum, Workers workers) {
        double rate = schedule.rate(state.step());
        double weight = sum.loss().weight();
        if (weight == 0) {
            return new StepReport(sum.loss(), rate, 0);
        }
        Chain.Outcome outcome = chain.updateInPlace(
                state.parameters(),
                sum.gradient(),
                state.optimizerState(),
                new Step(state.step(), rate, weight),
                workers);
        StepReport report = new StepReport(sum.loss(), rate, outcome.gradientNorm());
        report.requireFinite(state, outcome);
        return report;
    }

    /** The penalty's part of the cost, which the metrics show. */
    double penalty(float[] parameters) {
        return penalty.cost(parameters, chain.layout());
    }
}
