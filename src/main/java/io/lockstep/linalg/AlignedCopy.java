package io.lockstep.linalg;

import java.util.Arrays;

/**
 * Copies a matrix to where a line of the cache begins, so that none of its vectors lies in two. Java does not say where
 * an array lies, and moves it now and then, so the place is found by time: the first calls try all, and later ones take
 * that at which the work with the copy took least, until all are tried again. For one thread.
 */
final class AlignedCopy {
    /** An array begins at a multiple of 8 bytes, and a line of 64. */
    static final int PLACES = 8;

    /** Calls that try all places, twice. */
    static final int TRIALS = 2 * PLACES;

    private static final int CALLS_UNTIL_NEXT_TRIALS = 512;
    private static final int NUMBERS_BETWEEN_PLACES = 2;

    private final double[] least = new double[PLACES]; // of the last trials: nanoseconds a piece of work
    private float[] numbers = new float[0];
    private int calls;
    private int place;

    /**
     * A copy of a matrix, in memory that the next call takes again.
     *
     * @param matrix not transposed
     */
    Matrix of(Matrix matrix) {
        int count = Math.toIntExact(matrix.numbers());
        int needed = Math.addExact(count, PLACES * NUMBERS_BETWEEN_PLACES);
        if (numbers.length < needed || calls == CALLS_UNTIL_NEXT_TRIALS) {
            calls = 0;
            Arrays.fill(least, Double.MAX_VALUE);
        }
        if (numbers.length < needed) {
            numbers = new float[needed];
        }
        if (calls < TRIALS) {
            place = calls % PLACES;
        } else if (calls == TRIALS) {
            place = indexOfLeast();
        }
        calls++;
        int offset = place * NUMBERS_BETWEEN_PLACES;
        System.arraycopy(matrix.data(), matrix.offset(), numbers, offset, count);
        return Matrix.view(numbers, offset, matrix.rows(), matrix.columns());
    }

    /**
     * Says how long the work with the last copy took.
     *
     * @param pieces of work, by which the times of different calls are compared; at least 1
     */
    void took(long nanos, long pieces) {
        least[place] = Math.min(least[place], (double) nanos / pieces);
    }

    private int indexOfLeast() {
        int index = 0;
        for (int i = 1; i < PLACES; i++) {
            index = least[i] < least[index] ? i : index;
        }
        return index;
    }
}
