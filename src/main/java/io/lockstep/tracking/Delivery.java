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
 * Brings the news of a run to one tracker, by a thread of its own. If the tracker fails, that is said once, and what it
 * does not have yet is brought again: after five seconds, then after twice as long each time, up to a minute, and when
 * the run ends. If something is missing there even then, that is said too.
 */
final class Delivery {
    private static final long LEAST_PAUSE_SECONDS = 5;
    private static final long MOST_PAUSE_SECONDS = 60;

    private final Tracker tracker;
    private final Consumer<String> warning;
    private final AtomicBoolean toldOfEnd = new AtomicBoolean();
    private final ScheduledThreadPoolExecutor worker;
    /** What is to be told, guarded by this. */
    private final List<MetricsRow> rows = new ArrayList<>();

    private RunStart start;
    private RunEnd end;
    private Future<?> next;
    private boolean busy;
    private long pauseUntilNanos = System.nanoTime();
    /** What only the worker knows. */
    private boolean open;

    private boolean warned;
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
                tellOfEnd("did not take everything in time");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        worker.shutdownNow();
    }

    private synchronized void schedule() {
        if (next == null && !busy && end == null) {
            long pause = Math.max(0, pauseUntilNanos - System.nanoTime());
            next = worker.schedule(this::deliver, pause, TimeUnit.NANOSECONDS);
        }
    }

    /** Errors too: whatever keeps news from being brought must not be silent. */
    private void deliver() {
        RunEnd last;
        synchronized (this) {
            next = null;
            busy = true;
            last = end;
        }
        try {
            bring(last);
            pauseSeconds = LEAST_PAUSE_SECONDS;
        } catch (Throwable failure) {
            open = false;
            String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
            if (last != null) {
                tellOfEnd(reason);
            } else if (!warned && !toldOfEnd.get()) { // a call that is given up at the end fails, too
                warned = true;
                warn(
                        reason,
                        "the training is not affected, and what is missing there is sent again until the run ends");
            }
            postpone();
        }
        scheduleIfMore();
    }

    private void bring(RunEnd last) throws Exception {
        if (ended) {
            return;
        }
        if (!open) {
            lastEpoch = tracker.open(start);
            open = true;
        }
        List<MetricsRow> news;
        synchronized (this) {
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

    private synchronized void postpone() {
        pauseUntilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(pauseSeconds);
        pauseSeconds = Math.min(MOST_PAUSE_SECONDS, 2 * pauseSeconds);
    }

    /** What came while the worker was busy, or what it could not bring. */
    private synchronized void scheduleIfMore() {
        busy = false;
        if (!open || !rowsAfter(lastEpoch).isEmpty()) {
            schedule();
        }
    }

    private void tellOfEnd(String reason) {
        if (!toldOfEnd.getAndSet(true)) {
            warn(reason, "the run directory has what is missing there");
        }
    }

    private void warn(String reason, String consequence) {
        String line = reason.lines().findFirst().orElse(reason);
        warning.accept(LockstepException.printable(tracker.name() + ": " + line + "; " + consequence));
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "lockstep-tracking");
        thread.setDaemon(true);
        return thread;
    }
}
