package io.lockstep.training;

import io.lockstep.Stopwatch;
import io.lockstep.data.Split;
import io.lockstep.distributed.StepEngine;
import io.lockstep.metrics.EpochRecord;
import io.lockstep.metrics.EpochTimes;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.metrics.StepTimes;
import io.lockstep.nn.LossSum;
import io.lockstep.training.checkpoint.TrainingState;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** Synchronous SGD: step by step, the engine sums the gradient of the step's rows and the rule updates the parameters. */
record Trainer(StepEngine engine, UpdateRule rule, long stepsPerEpoch) {
    /**
     * Trains from a state, which is consumed.
     *
     * @param secondsBefore how long the training that led to the state took
     * @param isDone whether to stop after so many complete epochs, asked when the listener has heard of them
     */
    Trained train(TrainingState start, double secondsBefore, IntPredicate isDone, TrainingObserver listener)
            throws IOException {
        listener.trainingStarted(start);
        Stopwatch total = Stopwatch.startFrom(secondsBefore);
        EpochTimes times = EpochTimes.ZERO;
        TrainingState state = start;
        while (!isDone.test(state.epoch())) {
            Steps steps = new Steps();
            for (long step = state.step() - state.epoch() * stepsPerEpoch; step < stepsPerEpoch; step++) {
                Stopwatch whole = Stopwatch.start();
                StepEngine.Step computed = engine.compute(state.parameters(), state.epoch(), step);
                Stopwatch update = Stopwatch.start();
                StepReport report = rule.apply(state, computed.sum(), engine.workers());
                steps.add(report, computed.times(), update.seconds(), whole.seconds());
                state = state.afterStep();
                listener.stepCompleted(new TrainingObserver.StepEvent(
                        state, step + 1, stepsPerEpoch, report.batch(), total.seconds()));
            }
            state = state.afterEpoch();
            TrainingObserver.EpochEvent event = evaluate(state, steps, total);
            times = times.plus(event.times());
            listener.epochCompleted(event);
        }
        return new Trained(state, total.seconds(), times);
    }

    /**
     * The end of a training.
     *
     * @param seconds of all of it, before and after any interruption
     * @param times since it was last started
     */
    record Trained(TrainingState state, double seconds, EpochTimes times) {}

    /** The sums over the steps of an epoch. */
    private static final class Steps {
        private long examples;
        private StepTimes times = StepTimes.ZERO;
        private double updateSeconds;
        private double seconds;
        private StepReport last;

        void add(StepReport report, StepTimes stepTimes, double ofUpdate, double ofWhole) {
            examples += report.batch().exampleCount();
            times = times.plus(stepTimes);
            updateSeconds += ofUpdate;
            seconds += ofWhole;
            last = report;
        }

        /** Without the time of listeners, who write checkpoints for example. */
        double examplesPerSecond() {
            return examples / seconds;
        }
    }

    private TrainingObserver.EpochEvent evaluate(TrainingState state, Steps steps, Stopwatch total) {
        Stopwatch evaluation = Stopwatch.start();
        Map<Split, LossSum> sums = engine.evaluate(state.parameters());
        double seconds = evaluation.seconds();
        long evaluated = sums.values().stream().mapToLong(LossSum::exampleCount).sum();
        double penalty =
                rule.network().penalty(state.parameters(), rule.penalty().l2());
        double loss = sums.values().stream().mapToDouble(LossSum::lossSum).sum() + penalty;
        if (!Double.isFinite(loss)) {
            throw steps.last.diverged(state.epoch(), state.step(), state.parameters());
        }
        EpochRecord at = new EpochRecord(
                state.epoch(),
                state.step(),
                steps.last.learningRate(),
                steps.last.gradientNorm(),
                total.seconds(),
                Instant.now().truncatedTo(ChronoUnit.MICROS));
        List<MetricsRow> rows = sums.entrySet().stream()
                .map(entry -> new MetricsRow(
                        at,
                        entry.getKey(),
                        entry.getValue(),
                        penalty,
                        entry.getKey() == Split.TRAIN ? steps.examplesPerSecond() : evaluated / seconds))
                .toList();
        return new TrainingObserver.EpochEvent(state, rows, new EpochTimes(steps.times, steps.updateSeconds, seconds));
    }
}
