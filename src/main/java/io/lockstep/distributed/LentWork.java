package io.lockstep.distributed;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A task's work that another thread does, while the task waits for the end of it. */
final class LentWork {
    private final StepWork work;
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile Throwable failure;

    LentWork(StepWork work) {
        this.work = work;
    }

    /** Empty if it has failed; the task then throws why, for Spark to see. */
    Optional<Gradients> compute(Weights weights) {
        try {
            return Optional.of(work.compute(weights));
        } catch (Throwable thrown) { // Scala declares nothing
            failure = thrown;
            end.countDown();
            return Optional.empty();
        }
    }

    /** Nobody wants it any more. */
    void end() {
        end.countDown();
    }

    /** Waits, for a while, until nobody wants it any more; throws what it has thrown. */
    boolean awaitEnd(long millis) throws InterruptedException {
        boolean ended = end.await(millis, TimeUnit.MILLISECONDS);
        Rethrow.ifAny(failure);
        return ended;
    }
}
