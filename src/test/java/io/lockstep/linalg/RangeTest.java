package io.lockstep.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RangeTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, Range.LENGTH - 1, Range.LENGTH, Range.LENGTH + 1, 5 * Range.LENGTH + 7})
    void chunksCoverEverythingOnce(int length) {
        int[] visits = new int[length];
        double[] sums = Range.sumsOverChunks(length, Workers.POOL, range -> {
            for (int i = range.from(); i < range.to(); i++) {
                visits[i]++;
            }
            int numbers = range.to() - range.from();
            return new double[] {numbers, 2 * numbers};
        });
        assertThat(sums).containsExactly(length, 2 * length);
        assertThat(visits).containsOnly(length == 0 ? new int[0] : new int[] {1});
    }

    @Test
    void theLastChunkEndsWithTheLongestArray() {
        int length = Integer.MAX_VALUE;
        AtomicReference<Range> last = new AtomicReference<>();
        Range.forEachChunk(length, (rounds, body) -> body.accept(rounds - 1), last::set);
        assertThat(last.get()).isEqualTo(new Range(length / Range.LENGTH * Range.LENGTH, length));
    }

    /** 1 + 10¹⁶ − 10¹⁶ + … depends on the order. */
    @Test
    void sumsAreAddedInOrderOnAnyNumberOfThreads() throws Exception {
        double alone = sumOfPowers();
        for (int threads = 2; threads <= 8; threads++) {
            ForkJoinPool pool = new ForkJoinPool(threads);
            try {
                for (int repeat = 0; repeat < 20; repeat++) {
                    assertThat(pool.submit(RangeTest::sumOfPowers).get()).isEqualTo(alone);
                }
            } finally {
                pool.shutdown();
            }
        }
    }

    private static double sumOfPowers() {
        double[] sums = Range.sumsOverChunks(100 * Range.LENGTH, Workers.POOL, range ->
                new double[] {Math.sin(range.from()) * Math.pow(10, range.from() / Range.LENGTH % 32)});
        return sums[0];
    }

    @Test
    void anIntersectionMayBeEmpty() {
        Range range = new Range(10, 20).intersect(15, 30);
        assertThat(range).isEqualTo(new Range(15, 20));
        Range none = new Range(10, 20).intersect(25, 30);
        assertThat(none.from()).isGreaterThan(none.to());
    }
}
