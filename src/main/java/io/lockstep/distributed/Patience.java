package io.lockstep.distributed;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A wait that has a limit, and is reported in the log when it is longer than usual. */
final class Patience {
    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);

    /** A lost executor that is replaced sooner is not worth a warning. */
    private static final Duration USUAL = Duration.ofSeconds(10);

    private final Duration limit;
    private long started = System.nanoTime();
    private boolean warned;

    Patience(Duration limit) {
        this.limit = limit;
    }

    Duration limit() {
        return limit;
    }

    /** What was waited for is under way: time counts from now. */
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
}
