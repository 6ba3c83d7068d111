package io.lockstep.training;

import io.lockstep.LockstepException;
import io.lockstep.distributed.StepEngine;
import io.lockstep.metrics.EpochRecord;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.metrics.Split;
import io.lockstep.nn.GradientSum;
import io.lockstep.nn.LossSum;
import io.lockstep.nn.Network;
import io.lockstep.optim.LearningRateSchedule;
import io.lockstep.optim.Optimizer;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Synchronous SGD: in each step θ ← update(θ, (Σ over the step's rows of dL/dθ) / rows + 2c·W, rate).
 *
 * @param l2 the penalty c
 */
record Trainer(
        Network network,
        StepEngine engine,
        Optimizer optimizer,
        LearningRateSchedule schedule,
        double l2,
        long stepsPerEpoch) {

    private static final double NANOS_PER_SECOND = 1e9;

    /** Trains from a state, which is consumed, until {@code epochs} epochs are complete. */
    TrainingState train(TrainingState start, int epochs, TrainingListener listener) throws IOException {
        TrainingState state = start;
        long started = System.nanoTime();
        while (state.epoch() < epochs) {
            long epochStarted = System.nanoTime();
            Step last = null;
            for (long step = 0; step < stepsPerEpoch; step++) {
                last = step(state, step);
                state = state.afterStep();
                listener.stepCompleted(
                        new TrainingListener.StepEvent(state.epoch() + 1, step + 1, stepsPerEpoch, last.batch()));
            }
            double trainingSeconds = secondsSince(epochStarted);
            state = state.afterEpoch();
            listener.epochCompleted(evaluate(state, last, trainingSeconds, started));
        }
        return state;
    }

    /** What one step leaves to report. */
    private record Step(LossSum batch, double learningRate, double gradientNorm) {}

    private Step step(TrainingState state, long stepOfEpoch) {
        float[] parameters = state.parameters();
        GradientSum sum = engine.compute(parameters, state.epoch(), stepOfEpoch);
        double rate = schedule.rate(state.step());
        if (sum.loss().exampleCount() == 0) {
            return new Step(sum.loss(), rate, 0); // more shards than rows in a batch can leave a step without any
        }
        float[] gradient = sum.gradient();
        network.meanWithPenaltyInPlace(gradient, sum.loss().exampleCount(), parameters, l2);
        Step step = new Step(sum.loss(), rate, norm(gradient));
        requireFinite(state, step);
        optimizer.updateInPlace(parameters, gradient, state.optimizerState(), rate);
        return step;
    }

    private TrainingListener.EpochEvent evaluate(TrainingState state, Step last, double trainingSeconds, long started) {
        long evaluationStarted = System.nanoTime();
        Map<Split, LossSum> sums = engine.evaluate(state.parameters());
        double evaluationSeconds = secondsSince(evaluationStarted);
        long evaluated = sums.values().stream().mapToLong(LossSum::exampleCount).sum();
        double penalty = network.penalty(state.parameters(), l2);
        EpochRecord at = new EpochRecord(
                state.epoch(),
                state.step(),
                last.learningRate(),
                last.gradientNorm(),
                secondsSince(started),
                Instant.now());
        List<MetricsRow> rows = sums.entrySet().stream()
                .map(entry -> new MetricsRow(
                        at,
                        entry.getKey(),
                        entry.getValue(),
                        penalty,
                        entry.getKey() == Split.TRAIN
                                ? entry.getValue().exampleCount() / trainingSeconds
                                : evaluated / evaluationSeconds))
                .toList();
        return new TrainingListener.EpochEvent(at, rows, state.parameters());
    }

    private void requireFinite(TrainingState state, Step step) {
        if (!Double.isFinite(step.batch().lossSum()) || !Double.isFinite(step.gradientNorm())) {
            double largest = 0;
            for (float parameter : state.parameters()) {
                largest = Math.max(largest, Math.abs(parameter));
            }
            throw LockstepException.diverged(String.format(
                    "training diverged in epoch %d, step %d: mean loss %s, gradient norm %s, learning rate %s,"
                            + " largest weight %s; a lower --learning-rate may help",
                    state.epoch() + 1,
                    state.step() + 1,
                    step.batch().meanLoss(),
                    step.gradientNorm(),
                    step.learningRate(),
                    largest));
        }
    }

    private static double norm(float[] gradient) {
        double sum = 0;
        for (float derivative : gradient) {
            sum += (double) derivative * derivative;
        }
        return Math.sqrt(sum);
    }

    private static double secondsSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / NANOS_PER_SECOND;
    }
}
