package io.lockstep.distributed.resident;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** A loop that idle threads help with. */
final class SharedLoop {
    private final int rounds;
    private final IntConsumer body;
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private volatile RuntimeException failure;
    private volatile Error error;

    SharedLoop(int rounds, IntConsumer body) {
        this.rounds = rounds;
        this.body = body;
    }

    /** Does rounds until all have begun. */
    void help() {
        for (int round = begun.getAndIncrement(); round < rounds; round = begun.getAndIncrement()) {
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
    }

    /** Helps, and returns when all rounds have ended; rethrows what any of them has thrown. */
    void finish() {
        help();
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
