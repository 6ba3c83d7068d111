package io.lockstep.training;

import io.lockstep.nn.Network;
import io.lockstep.optim.LearningRateSchedule;
import io.lockstep.optim.Optimizer;

/**
 * How parameters move.
 *
 * @param momentum of the optimisers that have one, and β₁ of Adam, in [0, 1)
 * @param learningRate the highest of the schedule
 * @param warmupFraction of all steps, over which the rate rises from near 0; in [0, 1)
 * @param clipNorm the largest norm of a gradient; 0 for any
 */
public record OptimizerConfig(
        Optimizer.Kind kind,
        double momentum,
        double learningRate,
        LearningRateSchedule.Shape schedule,
        double warmupFraction,
        double clipNorm) {
    void check(Problems problems) {
        // Momentum is applied in single precision, in which a number closer to 1 is 1.
        problems.expect(momentum >= 0 && (float) momentum < 1, "momentum", "a number from 0 to 0.9999999", momentum);
        problems.expect(
                learningRate > 0 && Double.isFinite(learningRate), "learning-rate", "a positive number", learningRate);
        problems.expect(
                warmupFraction >= 0 && warmupFraction < 1,
                "warmup-fraction",
                "a number from 0 to below 1",
                warmupFraction);
        problems.expect(
                clipNorm >= 0 && Double.isFinite(clipNorm), "clip-norm", "a positive number, or 0 for never", clipNorm);
    }

    /**
     * @param totalSteps of the whole training
     */
    UpdateRule rule(Network network, double l2, long totalSteps) {
        return new UpdateRule(
                network,
                create(),
                LearningRateSchedule.of(schedule, learningRate, warmupFraction, totalSteps),
                penalty(l2),
                clipNorm);
    }

    Optimizer create() {
        return kind.create(momentum);
    }

    UpdateRule.Penalty penalty(double l2) {
        return new UpdateRule.Penalty(l2, kind.decouplesPenalty());
    }
}
