package io.lockstep.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AlignedCopyTest {
    private final AlignedCopy aligned = new AlignedCopy();
    private int fastest = 6;

    @Test
    void takesThePlaceAtWhichWorkTookLeast() {
        Set<Integer> tried = new HashSet<>();
        for (int call = 0; call < AlignedCopy.TRIALS; call++) {
            tried.add(offsetOfNext(3, 5));
        }
        assertThat(tried).containsExactlyInAnyOrder(0, 2, 4, 6, 8, 10, 12, 14);
        for (int call = 0; call < 100; call++) {
            assertThat(offsetOfNext(3, 5)).isEqualTo(fastest);
        }
    }

    @Test
    void triesAllAgainWhenTheArrayMayHaveMoved() {
        for (int call = 0; call < 1000; call++) {
            offsetOfNext(3, 5);
        }
        fastest = 10;
        for (int call = 0; call < 1000; call++) {
            offsetOfNext(3, 5);
        }
        assertThat(offsetOfNext(3, 5)).isEqualTo(10);
        offsetOfNext(40, 5); // another array
        fastest = 4;
        for (int call = 1; call < AlignedCopy.TRIALS; call++) {
            offsetOfNext(40, 5);
        }
        assertThat(offsetOfNext(40, 5)).isEqualTo(4);
    }

    /** Copies a view at the end of an array, and says that work with it took the least time at one place. */
    private int offsetOfNext(int rows, int columns) {
        float[] numbers = new float[7 + rows * columns];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i;
        }
        Matrix copy = aligned.of(Matrix.view(numbers, 7, rows, columns));
        assertThat(copy.rows()).isEqualTo(rows);
        assertThat(copy.columns()).isEqualTo(columns);
        assertThat(Arrays.copyOfRange(copy.data(), copy.offset(), copy.offset() + rows * columns))
                .isEqualTo(Arrays.copyOfRange(numbers, 7, numbers.length));
        aligned.took(copy.offset() == fastest ? 10 : 20, 1);
        return copy.offset();
    }
}
