package io.lockstep.training;

import io.lockstep.LockstepException;
import io.lockstep.distributed.StepEngine;
import io.lockstep.metrics.EpochRecord;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.metrics.Split;
import io.lockstep.model.TrainingState;
import io.lockstep.nn.GradientSum;
import io.lockstep.nn.LossSum;
import io.lockstep.nn.Network;
import io.lockstep.optim.LearningRateSchedule;
import io.lockstep.optim.Optimizer;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

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

    /**
     * Trains from a state, which is consumed.
     *
     * @param secondsBefore how long the training that led to the state took
     * @param isDone whether to stop after so many complete epochs, asked when the listener has heard of them
     */
    Trained train(TrainingState start, double secondsBefore, IntPredicate isDone, TrainingListener listener)
            throws IOException {
        listener.trainingStarted(start);
        Stopwatch total = new Stopwatch(secondsBefore);
        TrainingState state = start;
        while (!isDone.test(state.epoch())) {
            Stopwatch epoch = new Stopwatch(0);
            long examples = 0;
            Step last = null;
            for (long step = state.step() - state.epoch() * stepsPerEpoch; step < stepsPerEpoch; step++) {
                last = step(state, step);
                state = state.afterStep();
                examples += last.batch().exampleCount();
                listener.stepCompleted(
                        new TrainingListener.StepEvent(state, step + 1, stepsPerEpoch, last.batch(), total.seconds()));
            }
            double examplesPerSecond = examples / epoch.seconds();
            state = state.afterEpoch();
            listener.epochCompleted(
                    new TrainingListener.EpochEvent(state, evaluate(state, last, examplesPerSecond, total)));
        }
        return new Trained(state, total.seconds());
    }

    /**
     * The end of a training.
     *
     * @param seconds of all of it, before and after any interruption
     */
    record Trained(TrainingState state, double seconds) {}

    /** Counts seconds from a given number on. */
    private record Stopwatch(double before, long startedNanos) {
        private static final double NANOS_PER_SECOND = 1e9;

        Stopwatch(double before) {
            this(before, System.nanoTime());
        }

        double seconds() {
            return before + (System.nanoTime() - startedNanos) / NANOS_PER_SECOND;
        }
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
        if (!allFinite(parameters)) {
            throw diverged(state.epoch() + 1, state.step() + 1, step, state);
        }
        return step;
    }

    private List<MetricsRow> evaluate(TrainingState state, Step last, double trainedPerSecond, Stopwatch total) {
        Stopwatch evaluation = new Stopwatch(0);
        Map<Split, LossSum> sums = engine.evaluate(state.parameters());
        long evaluated = sums.values().stream().mapToLong(LossSum::exampleCount).sum();
        double evaluatedPerSecond = evaluated / evaluation.seconds();
        double penalty = network.penalty(state.parameters(), l2);
        requireFinite(state, sums, penalty, last);
        EpochRecord at = new EpochRecord(
                state.epoch(),
                state.step(),
                last.learningRate(),
                last.gradientNorm(),
                total.seconds(),
                Instant.now().truncatedTo(ChronoUnit.MICROS));
        return sums.entrySet().stream()
                .map(entry -> new MetricsRow(
                        at,
                        entry.getKey(),
                        entry.getValue(),
                        penalty,
                        entry.getKey() == Split.TRAIN ? trainedPerSecond : evaluatedPerSecond))
                .toList();
    }

    private static void requireFinite(TrainingState state, Map<Split, LossSum> sums, double penalty, Step last) {
        double total = sums.values().stream().mapToDouble(LossSum::lossSum).sum() + penalty;
        if (!Double.isFinite(total)) {
            throw diverged(state.epoch(), state.step(), last, state);
        }
    }

    /** Whether there is neither NaN nor infinity; compares bits, because that is several times as fast. */
    private static boolean allFinite(float[] parameters) {
        int largestMagnitude = 0;
        for (float parameter : parameters) {
            largestMagnitude = Math.max(largestMagnitude, Float.floatToRawIntBits(parameter) & Integer.MAX_VALUE);
        }
        return largestMagnitude < Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
    }

    private static void requireFinite(TrainingState state, Step step) {
        if (!Double.isFinite(step.batch().lossSum()) || !Double.isFinite(step.gradientNorm())) {
            throw diverged(state.epoch() + 1, state.step() + 1, step, state);
        }
    }

    private static LockstepException diverged(int epoch, long step, Step last, TrainingState state) {
        return LockstepException.diverged(String.format(
                "training diverged in epoch %d, step %d: mean loss %s, gradient norm %s, learning rate %s,"
                        + " largest weight %s; a lower --learning-rate may help",
                epoch,
                step,
                last.batch().meanLoss(),
                last.gradientNorm(),
                last.learningRate(),
                largest(state.parameters())));
    }

    /** NaN if there is one. */
    private static double largest(float[] parameters) {
        float largest = 0;
        for (float parameter : parameters) {
            largest = Math.max(largest, Math.abs(parameter));
        }
        return largest;
    }

    private static double norm(float[] gradient) {
        double sum = 0;
        for (float derivative : gradient) {
            sum += (double) derivative * derivative;
        }
        return Math.sqrt(sum);
    }
}
