package io.lockstep.distributed.resident;

import io.lockstep.distributed.Partial;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A task's work that another thread does, while the task waits for its end. */
final class LentWork {
    private final Function<Work, Partial> computation;
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile Throwable failure;

    LentWork(Function<Work, Partial> computation) {
        this.computation = computation;
    }

    /** Empty if the work has failed; the task then throws the failure, so that Spark sees it. */
    Optional<Partial> compute(Work work) {
        try {
            return Optional.of(computation.apply(work));
        } catch (Throwable thrown) { // Spark's Scala methods throw undeclared checked exceptions
            failure = thrown;
            end.countDown();
            return Optional.empty();
        }
    }

    /** The work is no longer needed. */
    void end() {
        end.countDown();
    }

    /** Waits, for a while, until the work is no longer needed; throws its failure. */
    boolean awaitEnd(long millis) throws InterruptedException {
        boolean ended = end.await(millis, TimeUnit.MILLISECONDS);
        if (failure != null) {
            LentWork.<RuntimeException>rethrow(failure);
        }
        return ended;
    }

    /** As it is, so that Spark sees what kind of failure it was. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void rethrow(Throwable failure) throws T {
        throw (T) failure;
    }
}
