package io.lockstep.linalg;

import java.util.Arrays;

/**
 * Copies a matrix to where a line of the cache begins, so that none of its vectors lies in two. Java does not say where
 * an array lies, and moves it now and then, so the place is found by time. Calls try all places when there is a new
 * array, and again after many calls; the others take the place at which the work with the copy took least. For one
 * thread.
 */
final class AlignedCopy {
    /** A line has 64 bytes. */
    static final int NUMBERS_PER_LINE = 16;

    /**
     * Every place is tried by two calls in a row, because there may be two kinds of work that take turns; and twice.
     */
    static final int TRIALS = 4 * NUMBERS_PER_LINE;

    private static final int CALLS_UNTIL_NEXT_TRIALS = 1024;

    private final double[] least = new double[NUMBERS_PER_LINE]; // of the last trials: nanoseconds a piece of work
    private float[] numbers = new float[0];
    private int calls;
    private int place;

    /** Whether all columns of a matrix begin at a line if the first does. */
    static boolean helps(Matrix matrix) {
        return matrix.rows() % NUMBERS_PER_LINE == 0;
    }

    /**
     * A copy of a matrix, in memory that the next call takes again.
     *
     * @param matrix not transposed
     */
    Matrix of(Matrix matrix) {
        int count = Math.toIntExact(matrix.numbers());
        if (numbers.length < count + NUMBERS_PER_LINE) {
            numbers = new float[Math.addExact(count, NUMBERS_PER_LINE)];
            calls = 0;
        }
        if (calls == 0) {
            Arrays.fill(least, Double.MAX_VALUE);
        }
        if (calls < TRIALS) {
            place = calls / 2 % NUMBERS_PER_LINE;
        } else if (calls == TRIALS) {
            place = fastest();
        }
        System.arraycopy(matrix.data(), matrix.offset(), numbers, place, count);
        return Matrix.view(numbers, place, matrix.rows(), matrix.columns());
    }

    /**
     * Says how long the work with the last copy took; once for each copy.
     *
     * @param pieces of work, by which the times of different calls are compared; at least 1
     */
    void took(long nanos, long pieces) {
        if (calls < TRIALS) {
            least[place] = Math.min(least[place], (double) nanos / pieces);
        }
        calls = (calls + 1) % CALLS_UNTIL_NEXT_TRIALS;
    }

    private int fastest() {
        int fastest = 0;
        for (int i = 1; i < NUMBERS_PER_LINE; i++) {
            fastest = least[i] < least[fastest] ? i : fastest;
        }
        return fastest;
    }
}
