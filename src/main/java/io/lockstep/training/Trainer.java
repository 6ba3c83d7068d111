package io.lockstep.training;

import io.lockstep.Stopwatch;
import io.lockstep.data.Split;
import io.lockstep.distributed.StepEngine;
import io.lockstep.metrics.EpochMetrics;
import io.lockstep.metrics.EpochRecord;
import io.lockstep.metrics.EpochTimes;
import io.lockstep.metrics.StepTimes;
import io.lockstep.nn.LossSum;
import io.lockstep.training.checkpoint.Progress;
import io.lockstep.training.checkpoint.TrainingState;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Synchronous SGD: in each step the engine sums the gradient of the step's rows and the rule updates the parameters.
 * After each epoch the engine evaluates them.
 */
record Trainer(StepEngine engine, UpdateRule rule, long stepsPerEpoch, RunConfig run) {
    /**
     * Trains until all epochs are done, the epochs no longer improve, or it is asked to stop.
     *
     * @param start its state is consumed
     * @param journal written before the observer is told of the same step or epoch
     * @param observer never throws
     * @param stopRequested asked once after each step
     */
    Trained train(Progress start, Journal journal, TrainingObserver observer, BooleanSupplier stopRequested)
            throws IOException {
        return new Loop(start, journal, observer, stopRequested).run();
    }

    /** One training on its way. */
    private final class Loop {
        private final Journal journal;
        private final TrainingObserver observer;
        private final BooleanSupplier stopRequested;
        private final EpochSelection selection;
        private final Stopwatch total;
        private TrainingState state;
        private EpochTimes times = EpochTimes.ZERO;
        private boolean stopped;

        Loop(Progress start, Journal journal, TrainingObserver observer, BooleanSupplier stopRequested) {
            this.journal = journal;
            this.observer = observer;
            this.stopRequested = stopRequested;
            this.selection = new EpochSelection(run.keep(), run.monitor(), run.earlyStoppingPatience(), start);
            this.total = Stopwatch.startFrom(start.seconds());
            this.state = start.state();
        }

        Trained run() throws IOException {
            observer.trainingStarted(state);
            while (!stopped && !isDone()) {
                Steps steps = new Steps();
                steps(steps);
                if (!stopped) {
                    endEpoch(steps);
                }
            }
            return new Trained(
                    stopped ? Trained.End.STOPPED : Trained.End.COMPLETED,
                    selection.progress(state, total.seconds()),
                    times);
        }

        private boolean isDone() {
            return state.epoch() == run.epochs() || selection.isOutOfPatience(state.epoch());
        }

        /** The steps that are left of the epoch, unless it is stopped between two of them. */
        private void steps(Steps steps) throws IOException {
            for (long step = state.step() - state.epoch() * stepsPerEpoch; step < stepsPerEpoch && !stopped; step++) {
                LossSum batch = step(step, steps);
                if (step + 1 < stepsPerEpoch) { // the end of the epoch follows at once, with a checkpoint of its own
                    stopped = stopRequested.getAsBoolean();
                    int every = run.checkpoints().every();
                    if (stopped || every > 0 && state.step() % every == 0) {
                        journal.checkpoint(selection.progress(state, total.seconds()));
                    }
                }
                observer.stepCompleted(
                        new TrainingObserver.StepEvent(state, step + 1, stepsPerEpoch, batch, total.seconds()));
            }
        }

        private LossSum step(long step, Steps steps) {
            Stopwatch whole = Stopwatch.start();
            StepEngine.Step computed = engine.compute(state.parameters(), state.epoch(), step);
            Stopwatch update = Stopwatch.start();
            StepReport report = rule.apply(state, computed.sum(), computed.idle());
            steps.add(report, computed.times(), update.seconds(), whole.seconds());
            state = state.afterStep();
            return report.batch();
        }

        /** A checkpoint is never ahead of the metrics; observers are told when both are safe. */
        private void endEpoch(Steps steps) throws IOException {
            state = state.afterEpoch();
            Stopwatch evaluating = Stopwatch.start();
            Map<Split, LossSum> sums = engine.losses(state.parameters());
            EpochTimes ofEpoch = new EpochTimes(steps.times, steps.updateSeconds, evaluating.seconds());
            EpochMetrics metrics = metrics(sums, steps, ofEpoch.evaluation());
            times = times.plus(ofEpoch);
            journal.metrics(metrics, ofEpoch);
            selection.consider(state, metrics);
            journal.checkpoint(selection.progress(state, metrics.at().seconds()));
            observer.epochCompleted(new TrainingObserver.EpochEvent(state, metrics, ofEpoch));
            stopped = stopRequested.getAsBoolean() && !isDone();
        }

        private EpochMetrics metrics(Map<Split, LossSum> sums, Steps steps, double evaluationSeconds) {
            double penalty = rule.penalty(state.parameters());
            double loss = sums.values().stream().mapToDouble(LossSum::lossSum).sum() + penalty;
            if (!Double.isFinite(loss)) {
                throw steps.last.diverged(state.epoch(), state.step(), state.parameters());
            }
            long evaluated =
                    sums.values().stream().mapToLong(LossSum::exampleCount).sum();
            Map<Split, EpochMetrics.OfSplit> splits = new EnumMap<>(Split.class);
            sums.forEach((split, ofSplit) -> splits.put(
                    split,
                    new EpochMetrics.OfSplit(
                            ofSplit,
                            split == Split.TRAIN ? steps.examplesPerSecond() : evaluated / evaluationSeconds)));
            EpochRecord at = new EpochRecord(
                    state.epoch(),
                    state.step(),
                    steps.last.learningRate(),
                    steps.last.gradientNorm(),
                    total.seconds(),
                    Instant.now().truncatedTo(ChronoUnit.MICROS));
            return new EpochMetrics(at, penalty, splits);
        }
    }

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

        /** Without the time of observers and checkpoints. */
        double examplesPerSecond() {
            return examples / seconds;
        }
    }
}
