package io.lockstep.distributed;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** A loop that whoever has time may help with. */
final class SharedLoop {
    private final int rounds;
    private final IntConsumer body;
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private volatile Throwable failure;

    SharedLoop(int rounds, IntConsumer body) {
        this.rounds = rounds;
        this.body = body;
    }

    /** Does rounds until all have begun. */
    void help() {
        for (int round = begun.getAndIncrement(); round < rounds; round = begun.getAndIncrement()) {
            try {
                body.accept(round);
            } catch (RuntimeException | Error thrown) {
                failure = thrown;
            } finally {
                ended.incrementAndGet();
            }
        }
    }

    /** Helps, and returns when all rounds have ended; throws what one of them has thrown. */
    void finish() {
        help();
        while (ended.get() < rounds) {
            Thread.yield();
        }
        Rethrow.ifAny(failure);
    }
}
