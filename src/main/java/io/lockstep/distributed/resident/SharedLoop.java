package io.lockstep.distributed.resident;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * A loop that idle threads help with. The thread that it belongs to begins at the first round and the others at the
 * last, so that in one loop after another each finds in its cache what it has written there.
 */
final class SharedLoop {
    private final int rounds;
    private final IntConsumer body;
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger begunByHelpers = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private volatile RuntimeException failure;
    private volatile Error error;

    SharedLoop(int rounds, IntConsumer body) {
        this.rounds = rounds;
        this.body = body;
    }

    /** Does rounds until all have begun. */
    void help() {
        while (begun.getAndIncrement() < rounds) {
            perform(rounds - 1 - begunByHelpers.getAndIncrement());
        }
    }

    private void perform(int round) {
        try {
            body.accept(round);
        } catch (RuntimeException thrown) {
            failure = thrown;
        } catch (Error thrown) {
            error = thrown;
        } finally {
            ended.incrementAndGet();
        }
    }

    /**
     * Does rounds until all have begun, and returns when all have ended; rethrows what any of them has thrown. For one
     * thread, once.
     */
    void finish() {
        for (int round = 0; begun.getAndIncrement() < rounds; round++) {
            perform(round);
        }
        while (ended.get() < rounds) {
            Thread.yield();
        }
        if (error != null) {
            throw error;
        }
        if (failure != null) {
            throw failure;
        }
    }
}
