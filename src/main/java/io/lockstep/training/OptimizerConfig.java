package io.lockstep.training;

import io.lockstep.nn.Network;
import io.lockstep.optim.L2Penalty;
import io.lockstep.optim.LearningRateSchedule;
import io.lockstep.optim.Optimizer;

/** How a step moves the parameters. */
public record OptimizerConfig(
        @Option(name = "optimizer", label = "NAME", defaultValue = "sgd", description = "${CANDIDATES}.")
        Optimizer kind,

        @Option(
                name = "momentum",
                label = "F",
                defaultValue = "0.9",
                range = "[0, 0.9999999]", // applied in single precision, in which a number closer to 1 is 1
                description = "Of momentum and nesterov; beta 1 of adam, adamw and lamb.")
        double momentum,

        @Option(
                name = "beta2",
                label = "F",
                defaultValue = "0.999",
                range = "[0, 1)",
                description = "Beta 2 of adam, adamw and lamb.")
        double beta2,

        @Option(
                name = "epsilon",
                label = "F",
                defaultValue = "1e-8",
                range = "[1e-45, 3e38]", // it keeps a denominator from 0, so it must not be 0 in single precision
                description = "Epsilon of adam, adamw and lamb.")
        double epsilon,

        @Option(
                name = "learning-rate",
                label = "F",
                defaultValue = "0.1",
                range = "(0, )",
                description = "The highest of the schedule.")
        double learningRate,

        @Option(
                name = "schedule",
                label = "NAME",
                defaultValue = "constant",
                description = "Of the learning rate: ${CANDIDATES}.")
        LearningRateSchedule.Shape schedule,

        @Option(
                name = "warmup-fraction",
                label = "F",
                defaultValue = "0",
                range = "[0, 1)",
                description = "Part of all steps over which the rate rises.")
        double warmupFraction,

        @Option(
                name = "clip-norm",
                label = "F",
                defaultValue = "0",
                range = "[0, )",
                description = "Scale gradients down to this norm; 0 for never.")
        double clipNorm) {
    /** @param totalSteps of the whole training */
    UpdateRule rule(Network network, double l2, long totalSteps) {
        return new UpdateRule(
                kind.chain(network.layout(), new Optimizer.Hyperparameters(l2, clipNorm, momentum, beta2, epsilon)),
                LearningRateSchedule.of(schedule, learningRate, warmupFraction, totalSteps),
                new L2Penalty(l2));
    }
}
