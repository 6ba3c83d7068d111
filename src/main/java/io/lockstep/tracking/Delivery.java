package io.lockstep.tracking;

import io.lockstep.LockstepException;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.training.RunStart;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Brings the news of a run to one tracker, by a thread of its own. If the tracker fails, that is said once, and what
 * it does not have yet is brought again: after five seconds, then after twice as long each time, up to a minute, and
 * when the run ends.
 */
final class Delivery {
    private static final long LEAST_PAUSE_SECONDS = 5;
    private static final long MOST_PAUSE_SECONDS = 60;

    private final Tracker tracker;
    private final Consumer<String> warning;
    private final AtomicBoolean warned = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor worker;
    /** What is to be told, guarded by this. */
    private final List<MetricsRow> rows = new ArrayList<>();

    private RunStart start;
    private RunEnd end;
    private Future<?> next;
    private long pauseUntilNanos = System.nanoTime();
    /** What only the worker knows. */
    private boolean open;

    private boolean ended;
    private int lastEpoch;
    private long pauseSeconds = LEAST_PAUSE_SECONDS;

    Delivery(Tracker tracker, Consumer<String> warning) {
        this.tracker = tracker;
        this.warning = warning;
        this.worker = new ScheduledThreadPoolExecutor(1, Delivery::thread);
        worker.setRemoveOnCancelPolicy(true);
    }

    synchronized void start(RunStart run) {
        start = run;
        add(run.rows());
    }

    synchronized void add(List<MetricsRow> ofEpochs) {
        rows.addAll(ofEpochs);
        schedule();
    }

    /** The last attempt begins as soon as the present one, if there is one, is over. */
    synchronized void end(RunEnd how) {
        end = how;
        if (start != null) {
            if (next != null) {
                next.cancel(false);
            }
            worker.execute(this::deliver);
        }
        worker.shutdown();
    }

    /** @param nanos of {@link System#nanoTime} */
    void awaitUntil(long nanos) {
        try {
            if (!worker.awaitTermination(nanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                warnOnce("did not take everything in time");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        worker.shutdownNow();
    }

    private synchronized void schedule() {
        if (next == null && end == null) {
            long pause = Math.max(0, pauseUntilNanos - System.nanoTime());
            next = worker.schedule(this::deliver, pause, TimeUnit.NANOSECONDS);
        }
    }

    /** Errors too: whatever keeps news from being brought must not be silent. */
    private void deliver() {
        synchronized (this) {
            next = null;
        }
        try {
            bring();
            pauseSeconds = LEAST_PAUSE_SECONDS;
        } catch (Throwable failure) {
            open = false;
            warnOnce(failure.getMessage() == null ? failure.toString() : failure.getMessage());
            tryAgain();
        }
    }

    private void bring() throws Exception {
        if (ended) {
            return;
        }
        if (!open) {
            lastEpoch = tracker.open(start);
            open = true;
        }
        RunEnd last;
        List<MetricsRow> news;
        synchronized (this) {
            last = end;
            news = rowsAfter(lastEpoch);
        }
        if (!news.isEmpty()) {
            tracker.add(news);
            lastEpoch = news.get(news.size() - 1).at().epoch();
        }
        if (last != null) {
            tracker.end(last);
            ended = true;
        }
    }

    private List<MetricsRow> rowsAfter(int epoch) {
        int from = rows.size();
        while (from > 0 && rows.get(from - 1).at().epoch() > epoch) {
            from--;
        }
        return List.copyOf(rows.subList(from, rows.size()));
    }

    private synchronized void tryAgain() {
        pauseUntilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(pauseSeconds);
        pauseSeconds = Math.min(MOST_PAUSE_SECONDS, 2 * pauseSeconds);
        schedule();
    }

    private void warnOnce(String why) {
        if (!warned.getAndSet(true)) {
            String reason = why.lines().findFirst().orElse(why);
            warning.accept(LockstepException.printable(tracker.name() + ": " + reason + "; " + consequence()));
        }
    }

    private synchronized String consequence() {
        return end == null
                ? "the training is not affected, and what is missing there is sent again until the run ends"
                : "the run directory has what is missing there";
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "lockstep-tracking");
        thread.setDaemon(true);
        return thread;
    }
}
