package io.lockstep.report;

import io.lockstep.metrics.MetricsRow;
import io.lockstep.training.RunDirectory;
import io.lockstep.training.RunRecord;
import io.lockstep.training.RunStart;
import io.lockstep.training.TrainingObserver;
import io.lockstep.training.checkpoint.TrainingState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the page of a run up to date while it trains. A thread of its own writes it after an epoch, but at most once a
 * second, and up to five seconds later where writing takes long, so that pages cost training next to nothing. A page
 * that cannot be written costs no more than that page.
 */
public final class LiveReport implements TrainingObserver, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveReport.class);
    private static final long LEAST_NANOS_BETWEEN = TimeUnit.SECONDS.toNanos(1);
    private static final long MOST_NANOS_BETWEEN = TimeUnit.SECONDS.toNanos(5);
    private static final int FACTOR_BETWEEN = 20;

    private final RunDirectory directory;
    private final Destination destination;
    private final ScheduledThreadPoolExecutor writer = new ScheduledThreadPoolExecutor(1, LiveReport::thread);
    private final AtomicReference<Run> next = new AtomicReference<>();
    private final List<MetricsRow> rows = new ArrayList<>();
    private RunStart start;
    private boolean complete;

    private volatile long pauseUntilNanos = System.nanoTime();

    private volatile boolean warned;

    /** Where pages go. */
    @FunctionalInterface
    public interface Destination {
        void write(byte[] html) throws IOException;
    }

    /** @param directory of the run */
    public LiveReport(RunDirectory directory, Destination destination) {
        this.directory = directory;
        this.destination = destination;
        writer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public void runStarted(RunStart run) {
        start = run;
        rows.addAll(run.rows());
    }

    @Override
    public void trainingStarted(TrainingState state) {
        show();
    }

    @Override
    public void epochCompleted(EpochEvent event) {
        rows.addAll(event.metrics().rows(start.runId(), event.times()));
        show();
    }

    /**
     * Writes the last page of a complete run.
     *
     * @return why it could not be written; empty if it was
     */
    public Optional<Throwable> complete(RunRecord record) {
        complete = true;
        stopWriter();
        return write(() -> Run.of(record, name(), rows, Run.Findings.read(directory, record)));
    }

    /** If the run is not complete, says so in the page. */
    @Override
    public void close() {
        stopWriter();
        if (!complete && start != null) {
            warnOnce(write(() -> run(Run.State.STOPPED)));
        }
    }

    private void show() {
        if (next.getAndSet(run(Run.State.RUNNING)) == null) {
            long pause = Math.max(0, pauseUntilNanos - System.nanoTime());
            writer.schedule(this::writeNext, pause, TimeUnit.NANOSECONDS);
        }
    }

    private void writeNext() {
        long begin = System.nanoTime();
        Run run = next.getAndSet(null);
        warnOnce(write(() -> run));
        long end = System.nanoTime();
        // The first page takes many times as long as the others, whose classes are loaded and compiled.
        long pause = Math.min(MOST_NANOS_BETWEEN, FACTOR_BETWEEN * (end - begin));
        pauseUntilNanos = end + Math.max(LEAST_NANOS_BETWEEN, pause);
    }

    /** Errors too: whatever keeps a page from being written must not cost the training. */
    private Optional<Throwable> write(Content content) {
        try {
            destination.write(RunPage.html(content.run()));
            return Optional.empty();
        } catch (Throwable failure) {
            return Optional.of(failure);
        }
    }

    private void warnOnce(Optional<Throwable> failure) {
        if (failure.isPresent() && !warned) {
            warned = true;
            LOG.warn(
                    "the page that shows the run could not be written: {}",
                    failure.get().toString());
        }
    }

    /** What a page shows; it may have to be read first. */
    private interface Content {
        Run run() throws IOException;
    }

    private Run run(Run.State state) {
        return new Run(name(), Optional.of(start), rows, Run.Outcome.without(state), Run.Findings.NONE);
    }

    private String name() {
        return directory.path().toString();
    }

    /** Waits for a page that is being written, as for any file of the run. */
    private void stopWriter() {
        writer.shutdown();
        try {
            writer.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "lockstep-report");
        thread.setDaemon(true);
        return thread;
    }
}
