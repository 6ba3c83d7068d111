package io.lockstep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Assertions;

/** Feeds a reader seeded mutations of a file: each ends in success or in a user-facing error, within bounds. */
public final class Fuzz {
    /** What one mutation may allocate; the files themselves have some kilobytes. */
    private static final long MAX_BYTES = 64L << 20;

    /** A bound for hangs, far above what any reader needs. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Reads one file's content. */
    @FunctionalInterface
    public interface Reader {
        void read(byte[] content) throws Exception;
    }

    private Fuzz() {}

    public static void fuzz(byte[] original, int mutations, Reader reader) throws Exception {
        reader.read(original);
        Assertions.assertTimeoutPreemptively(LIMIT, () -> {
            var thread = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
            int refused = 0;
            for (int seed = 0; seed < mutations; seed++) {
                byte[] mutated = Mutations.mutate(original, new Random(seed));
                long before =
                        thread.getThreadAllocatedBytes(Thread.currentThread().getId());
                try {
                    reader.read(mutated);
                } catch (LockstepException expected) {
                    refused++;
                } catch (Throwable unexpected) {
                    assertThatCode(() -> {
                                throw unexpected;
                            })
                            .as("mutation with seed " + seed)
                            .doesNotThrowAnyException();
                }
                long allocated =
                        thread.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
                assertThat(allocated)
                        .as("bytes for the mutation with seed " + seed)
                        .isLessThan(MAX_BYTES);
            }
            assertThat(refused).as("mutations that were refused").isPositive();
        });
    }
}
