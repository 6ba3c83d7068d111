package io.lockstep.linalg;

import java.util.Arrays;

/** What is done with whole arrays of numbers, always in the same order, so that the bits are the same on every machine. */
public final class Vectors {
    private static final int LANES = 1024;
    private static final int SQUARES_A_LANE = 16;

    private Vectors() {}

    /** sum ← sum + addend, in place; as long as each other. */
    public static void addInPlace(float[] sum, float[] addend) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += addend[i];
        }
    }

    /**
     * √(Σ v²). Squares are added in single precision, in lanes side by side, {@value #SQUARES_A_LANE} to a lane, and the
     * lanes in double precision: the processor then takes many at a time, and six digits are right. Where that overflows,
     * it is double precision throughout.
     */
    public static double norm(float[] vector) {
        double sum = sumOfSquaresInLanes(vector);
        return Math.sqrt(Double.isFinite(sum) ? sum : sumOfSquares(vector, 0));
    }

    private static double sumOfSquaresInLanes(float[] vector) {
        float[] values = new float[LANES];
        float[] lanes = new float[LANES];
        double sum = 0;
        int rows = vector.length / LANES;
        for (int row = 0; row < rows; row++) {
            // Java 17 vectorises loops over whole arrays only; the copy takes less than that saves.
            System.arraycopy(vector, row * LANES, values, 0, LANES);
            addSquaresInPlace(lanes, values);
            if (row % SQUARES_A_LANE == SQUARES_A_LANE - 1 || row == rows - 1) {
                sum += sumInPairs(lanes);
                Arrays.fill(lanes, 0f);
            }
        }
        return sum + sumOfSquares(vector, rows * LANES);
    }

    private static void addSquaresInPlace(float[] sums, float[] values) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += values[i] * values[i];
        }
    }

    /** In two sums side by side: one alone would spend its time waiting for itself. */
    private static double sumInPairs(float[] lanes) {
        double even = 0;
        double odd = 0;
        for (int i = 0; i < lanes.length; i += 2) {
            even += lanes[i];
            odd += lanes[i + 1];
        }
        return even + odd;
    }

    private static double sumOfSquares(float[] vector, int from) {
        double sum = 0;
        for (int i = from; i < vector.length; i++) {
            sum += (double) vector[i] * vector[i];
        }
        return sum;
    }

    /** Whether there is neither NaN nor infinity. */
    public static boolean allFinite(float[] vector) {
        return Double.isFinite(norm(vector));
    }

    /** The largest magnitude; NaN if there is one. */
    public static float largestMagnitude(float[] vector) {
        float largest = 0;
        for (float value : vector) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
