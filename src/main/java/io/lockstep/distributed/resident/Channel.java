package io.lockstep.distributed.resident;

import io.lockstep.distributed.Partial;
import java.util.Optional;

/** How an executor gets work and hands over results. One task at a time uses it. */
interface Channel extends AutoCloseable {
    /** Waits, for as long as it takes, for the work after a given one; empty if there is no more. */
    Optional<Work> next(long after, TaskAttempt attempt) throws InterruptedException;

    /**
     * Hands over the results of all tasks of the executor.
     *
     * @param all may be written again when the next work is there
     */
    void deliver(long number, Partial all);

    @Override
    void close();
}
