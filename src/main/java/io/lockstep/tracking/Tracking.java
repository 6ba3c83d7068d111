package io.lockstep.tracking;

import io.lockstep.metrics.MetricsRow;
import io.lockstep.training.RunRecord;
import io.lockstep.training.RunStart;
import io.lockstep.training.TrainingObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Tells trackers how a training goes, each by a thread of its own. Whatever a tracker does, the training is not
 * delayed. When it has ended, {@link #close} waits ten seconds at most for what trackers have not taken yet. What is
 * kept for a tracker that does not answer are the rows of the metrics table, a few for each epoch.
 */
public final class Tracking implements TrainingObserver, AutoCloseable {
    private static final Duration MOST_AT_END = Duration.ofSeconds(10);

    private final List<Delivery> deliveries;
    private final BooleanSupplier stopRequested;
    private final Duration mostAtEnd;
    private RunStart start;
    private Optional<RunRecord> record = Optional.empty();

    /**
     * @param stopRequested whether a run that ends without a result has been asked to
     * @param warning hears at most two lines about each tracker: when it fails first, and when something is missing at
     *     the end
     */
    public Tracking(List<Tracker> trackers, BooleanSupplier stopRequested, Consumer<String> warning) {
        this(trackers, stopRequested, warning, MOST_AT_END);
    }

    Tracking(List<Tracker> trackers, BooleanSupplier stopRequested, Consumer<String> warning, Duration mostAtEnd) {
        this.mostAtEnd = mostAtEnd;
        this.deliveries =
                trackers.stream().map(tracker -> new Delivery(tracker, warning)).toList();
        this.stopRequested = stopRequested;
    }

    @Override
    public void runStarted(RunStart run) {
        start = run;
        deliveries.forEach(delivery -> delivery.start(run));
    }

    @Override
    public void epochCompleted(EpochEvent event) {
        List<MetricsRow> rows = event.metrics().rows(start.runId(), event.times());
        deliveries.forEach(delivery -> delivery.add(rows));
    }

    /** The run has come to its result. */
    public void complete(RunRecord result) {
        record = Optional.of(result);
    }

    @Override
    public void close() {
        RunEnd end = new RunEnd(status(), Instant.now(), record);
        deliveries.forEach(delivery -> delivery.end(end));
        long deadline = System.nanoTime() + mostAtEnd.toNanos();
        deliveries.forEach(delivery -> delivery.awaitUntil(deadline));
    }

    private RunEnd.Status status() {
        if (record.isPresent()) {
            return RunEnd.Status.FINISHED;
        }
        return stopRequested.getAsBoolean() ? RunEnd.Status.KILLED : RunEnd.Status.FAILED;
    }
}
