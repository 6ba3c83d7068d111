package io.lockstep.distributed.resident;

import io.lockstep.distributed.TaskSlots;
import java.time.Duration;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A wait that has a limit, and is reported in the log when it is longer than usual. */
final class Patience {
    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);

    /** A lost executor is usually replaced sooner. */
    private static final Duration USUAL = Duration.ofSeconds(10);

    private static final long CHECK_MILLIS = 100;

    private final Duration limit;
    private long started = System.nanoTime();
    private boolean warned;

    Patience(Duration limit) {
        this.limit = limit;
    }

    Duration limit() {
        return limit;
    }

    /** The awaited work is under way: time counts from now. */
    void restart() {
        started = System.nanoTime();
    }

    /**
     * Whether the limit has passed; to be asked again and again.
     *
     * @param missing what is waited for, for the log
     */
    boolean isOver(String missing) {
        Duration waited = Duration.ofNanos(System.nanoTime() - started);
        if (!warned && waited.compareTo(USUAL) > 0) {
            LOG.warn("waiting for {}", missing);
            warned = true;
        }
        return waited.compareTo(limit) > 0;
    }

    /**
     * Waits until this number of tasks can run at once, as they will when the cluster replaces an executor that is
     * lost; in local mode nothing can change.
     *
     * @return how many can in the end, fewer if the limit has passed
     * @throws IllegalStateException if the context is stopped meanwhile
     */
    int awaitSlots(JavaSparkContext spark, int needed) throws InterruptedException {
        int found = TaskSlots.count(spark);
        while (found < needed && !spark.isLocal()) {
            if (spark.sc().isStopped()) {
                throw new IllegalStateException("the Spark context has stopped");
            }
            if (isOver("cores for " + needed + " tasks at once, there are " + found)) {
                break;
            }
            // Spark tells listeners when executors come and go, but does not count their slots for them.
            Thread.sleep(CHECK_MILLIS);
            found = TaskSlots.count(spark);
        }
        return found;
    }
}
