package io.lockstep.linalg;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Copies rows of a matrix to where a line of the cache begins, so that none of their vectors lies in two. Java does not
 * say where an array lies, and its collector moves it, so the place is found by time: some pieces of work try all
 * places, the others take the one at which the work with the copy took least. All places are tried when there is a new
 * array, when the collector has run, and again after much work. For one thread.
 */
final class AlignedCopy {
    /** A line has 64 bytes. */
    static final int NUMBERS_PER_LINE = 16;

    /** Every place is tried by two pieces of work in a row, because two kinds may take turns; and twice. */
    static final int TRIALS = 4 * NUMBERS_PER_LINE;

    /** Pieces of work, with those of the trials, after which a collection is worth new ones: there may be many. */
    static final int LEAST_UNTIL_NEXT_TRIALS = 4 * TRIALS;

    /** Pieces of work after which there are new trials in any case: something else may have held up the last ones. */
    static final int MOST_UNTIL_NEXT_TRIALS = 16 * TRIALS;

    private final Supplier<? extends Reference<?>> garbage;

    private final double[] least = new double[NUMBERS_PER_LINE]; // of the last trials: nanoseconds a unit of work
    private float[] numbers = new float[0];
    private int place;
    private int done; // since the last trials began
    private Reference<?> lastGarbage; // made when they began

    AlignedCopy() {
        this(() -> new WeakReference<>(new Object()));
    }

    /** @param garbage makes a reference that the collector will clear when it runs */
    AlignedCopy(Supplier<? extends Reference<?>> garbage) {
        this.garbage = garbage;
        startTrials();
    }

    /**
     * A copy of some rows, in memory that the next call takes again.
     *
     * @param matrix not transposed
     * @param from the first row
     * @param rows a multiple of {@value #NUMBERS_PER_LINE}, so that all columns begin at a line if the first does
     * @return (rows × columns)
     */
    Matrix of(Matrix matrix, int from, int rows) {
        int columns = matrix.columns();
        int needed = Math.addExact(Math.multiplyExact(rows, columns), NUMBERS_PER_LINE);
        if (numbers.length < needed) {
            numbers = new float[needed];
            startTrials();
        }
        int at = matrix.offset() + from;
        for (int column = 0; column < columns; column++) {
            System.arraycopy(matrix.data(), at + column * matrix.columnStride(), numbers, place + column * rows, rows);
        }
        return Matrix.view(numbers, place, rows, columns);
    }

    /**
     * Says how long a piece of work took, with one copy or several.
     *
     * @param units of work in it, by which the times of different pieces are compared; at least 1
     */
    void took(long nanos, long units) {
        if (done < TRIALS) {
            least[place] = Math.min(least[place], (double) nanos / units);
        }
        done++;
        if (done >= MOST_UNTIL_NEXT_TRIALS || done >= LEAST_UNTIL_NEXT_TRIALS && lastGarbage.get() == null) {
            startTrials();
        } else if (done < TRIALS) {
            place = done / 2 % NUMBERS_PER_LINE;
        } else if (done == TRIALS) {
            place = fastest();
        }
    }

    private void startTrials() {
        Arrays.fill(least, Double.MAX_VALUE);
        place = 0;
        done = 0;
        lastGarbage = garbage.get();
    }

    private int fastest() {
        int fastest = 0;
        for (int i = 1; i < NUMBERS_PER_LINE; i++) {
            fastest = least[i] < least[fastest] ? i : fastest;
        }
        return fastest;
    }
}
