package io.lockstep.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AlignedCopyTest {
    private static final int ROWS = 2 * AlignedCopy.NUMBERS_PER_LINE;
    private static final int ALL_ROWS = 3 * ROWS + 5;

    private final Object held = new Object();
    private WeakReference<Object> garbage;
    private final AlignedCopy aligned = new AlignedCopy(() -> garbage = new WeakReference<>(held));
    private int fastest = 6;
    private int call;

    @Test
    void takesThePlaceAtWhichWorkTookLeast() {
        Set<Integer> tried = new HashSet<>();
        for (int i = 0; i < AlignedCopy.TRIALS; i++) {
            tried.add(placeOfNext(5));
        }
        assertThat(tried).hasSize(AlignedCopy.NUMBERS_PER_LINE);
        for (int i = 0; i < 100; i++) {
            assertThat(placeOfNext(5)).isEqualTo(fastest);
        }
    }

    @Test
    void workThatWasHeldUpDoesNotMatter() {
        for (int i = 0; i < AlignedCopy.TRIALS; i++) {
            placeOfNext(5, i < AlignedCopy.TRIALS / 2 ? 1000 : 0);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(placeOfNext(5, 1000)).isEqualTo(fastest);
        }
    }

    @Test
    void triesAllAgainAfterMuchWork() {
        for (int i = 0; i < AlignedCopy.TRIALS; i++) {
            placeOfNext(5);
        }
        fastest = 9;
        for (int i = AlignedCopy.TRIALS; i < AlignedCopy.MOST_UNTIL_NEXT_TRIALS; i++) {
            assertThat(placeOfNext(5)).isEqualTo(6);
        }
        for (int i = 0; i < AlignedCopy.TRIALS; i++) {
            placeOfNext(5);
        }
        assertThat(placeOfNext(5)).isEqualTo(9);
    }

    @Test
    void triesAllAgainWhenTheCollectorMayHaveMovedTheArray() {
        for (int i = 0; i < AlignedCopy.LEAST_UNTIL_NEXT_TRIALS; i++) {
            placeOfNext(5);
        }
        assertThat(placeOfNext(5)).isEqualTo(6);
        fastest = 9;
        garbage.clear();
        for (int i = 0; i <= AlignedCopy.TRIALS; i++) {
            placeOfNext(5);
        }
        assertThat(placeOfNext(5)).isEqualTo(9);
    }

    @Test
    void aCollectorThatRunsAllTheTimeLeavesMostWorkAtTheFastestPlace() {
        int atFastest = 0;
        for (int i = 0; i < 10 * AlignedCopy.LEAST_UNTIL_NEXT_TRIALS; i++) {
            garbage.clear();
            atFastest += placeOfNext(5) == fastest ? 1 : 0;
        }
        assertThat(atFastest).isGreaterThan(7 * AlignedCopy.LEAST_UNTIL_NEXT_TRIALS);
    }

    @Test
    void triesAllAgainInALargerArrayOnly() {
        for (int i = 0; i < AlignedCopy.TRIALS; i++) {
            placeOfNext(5);
        }
        assertThat(placeOfNext(2)).isEqualTo(6);
        assertThat(placeOfNext(40)).isZero();
        fastest = 4;
        for (int i = 1; i < AlignedCopy.TRIALS; i++) {
            placeOfNext(40);
        }
        assertThat(placeOfNext(40)).isEqualTo(4);
    }

    private int placeOfNext(int columns) {
        return placeOfNext(columns, 0);
    }

    /** Copies all rows but five of a view, and says that a unit of work with the copies took less at one place. */
    private int placeOfNext(int columns, long heldUp) {
        float[] numbers = new float[7 + ALL_ROWS * columns];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i;
        }
        Matrix matrix = Matrix.view(numbers, 7, ALL_ROWS, columns);
        int place = aligned.of(matrix, 0, ROWS).offset();
        for (int from = 0; from + ROWS <= ALL_ROWS; from += ROWS) {
            Matrix copy = aligned.of(matrix, from, ROWS);
            assertThat(copy.offset()).isEqualTo(place);
            assertThat(copy.rows()).isEqualTo(ROWS);
            assertThat(copy.columns()).isEqualTo(columns);
            for (int column = 0; column < columns; column++) {
                for (int row = 0; row < ROWS; row++) {
                    assertThat(copy.data()[place + column * ROWS + row]).isEqualTo(7 + column * ALL_ROWS + from + row);
                }
            }
        }
        long units = 1 + call++ % 3;
        aligned.took(units * (heldUp + (place == fastest ? 10 : 20)), units);
        return place;
    }
}
