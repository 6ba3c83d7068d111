package io.lockstep.tracking;

import io.lockstep.metrics.MetricsRow;
import io.lockstep.training.RunStart;
import java.util.List;

/**
 * A place outside of the run directory that shows how a run goes. One thread calls it, which is not the one that
 * trains, so its methods may wait, and may throw anything: after a failure, {@link #open} is called again, now or
 * later.
 */
public interface Tracker {
    /** What it is and where, for a message. */
    String name();

    /**
     * Makes the place ready for a run, whether that is new there or known from an earlier attempt.
     *
     * @return the last epoch that the place has already; 0 for none
     */
    int open(RunStart run) throws Exception;

    /** @param rows of the epochs after the last one that the place has, in order */
    void add(List<MetricsRow> rows) throws Exception;

    /** Nothing follows. */
    void end(RunEnd end) throws Exception;
}
