package io.lockstep.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AlignedCopyTest {
    private static final int UNTIL_TRIED_AGAIN = 2000;

    private final AlignedCopy aligned = new AlignedCopy();
    private int fastest = 6;
    private int call;

    @Test
    void takesThePlaceAtWhichWorkTookLeast() {
        Set<Integer> tried = new HashSet<>();
        for (int i = 0; i < AlignedCopy.TRIALS; i++) {
            tried.add(offsetOfNext(3, 5));
        }
        assertThat(tried).hasSize(AlignedCopy.NUMBERS_PER_LINE);
        for (int i = 0; i < 100; i++) {
            assertThat(offsetOfNext(3, 5)).isEqualTo(fastest);
        }
    }

    @Test
    void aCallThatWasHeldUpDoesNotMatter() {
        for (int i = 0; i < AlignedCopy.TRIALS; i++) {
            offsetOfNext(3, 5, i < AlignedCopy.TRIALS / 2 ? 1000 : 0);
        }
        assertThat(offsetOfNext(3, 5)).isEqualTo(fastest);
    }

    @Test
    void triesAllAgainBecauseTheArrayMayHaveMoved() {
        for (int i = 0; i < UNTIL_TRIED_AGAIN; i++) {
            offsetOfNext(3, 5);
        }
        fastest = 9;
        for (int i = 0; i < UNTIL_TRIED_AGAIN; i++) {
            offsetOfNext(3, 5);
        }
        assertThat(offsetOfNext(3, 5)).isEqualTo(9);
    }

    @Test
    void triesAllAgainInALargerArrayOnly() {
        for (int i = 0; i < AlignedCopy.TRIALS; i++) {
            offsetOfNext(3, 5);
        }
        assertThat(offsetOfNext(2, 5)).isEqualTo(6);
        assertThat(offsetOfNext(40, 5)).isZero();
        fastest = 4;
        for (int i = 1; i < AlignedCopy.TRIALS; i++) {
            offsetOfNext(40, 5);
        }
        assertThat(offsetOfNext(40, 5)).isEqualTo(4);
    }

    private int offsetOfNext(int rows, int columns) {
        return offsetOfNext(rows, columns, 0);
    }

    /** Copies a view at the end of an array, and says that a piece of work with it took less at one place. */
    private int offsetOfNext(int rows, int columns, long heldUp) {
        float[] numbers = new float[7 + rows * columns];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i;
        }
        Matrix copy = aligned.of(Matrix.view(numbers, 7, rows, columns));
        assertThat(copy.rows()).isEqualTo(rows);
        assertThat(copy.columns()).isEqualTo(columns);
        assertThat(Arrays.copyOfRange(copy.data(), copy.offset(), copy.offset() + rows * columns))
                .isEqualTo(Arrays.copyOfRange(numbers, 7, numbers.length));
        long pieces = 1 + call++ % 3;
        aligned.took(heldUp + pieces * (copy.offset() == fastest ? 10 : 20), pieces);
        return copy.offset();
    }
}
