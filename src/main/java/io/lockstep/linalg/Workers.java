package io.lockstep.linalg;

import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Threads that share a loop. */
@FunctionalInterface
public interface Workers {
    /** A pool of a thread a core, for loops that are worth waking it. */
    Workers POOL = new Workers() {
        private static final int FEWEST_ROUNDS = 64;

        @Override
        public void forEach(int rounds, IntConsumer body) {
            IntStream all = IntStream.range(0, rounds);
            (rounds < FEWEST_ROUNDS ? all : all.parallel()).forEach(body);
        }
    };

    /** The caller's thread alone. */
    Workers NONE = (rounds, body) -> IntStream.range(0, rounds).forEach(body);

    /**
     * Calls {@code body} with 0, 1, … {@code rounds} − 1, in any order and on any threads, and returns when all calls
     * have. An exception thrown by any call is rethrown.
     */
    void forEach(int rounds, IntConsumer body);
}
