package io.lockstep.linalg;

import java.util.Arrays;

/** Whole-array kernels with a fixed order of operations: bit-identical on every machine. */
public final class Vectors {
    private static final int LANES = 512;
    private static final int SQUARES_A_LANE = 32;

    private Vectors() {}

    /** The kernels are made when they are first asked for, which executors never do. */
    private static final class ForUpdates {
        private static final Kernels KERNELS = ExactKernels.create();
    }

    /** sum ← sum + addend, in place; as long as each other. */
    public static void addInPlace(float[] sum, float[] addend, Workers workers) {
        Range.forEachChunk(sum.length, workers, range -> {
            for (int i = range.from(); i < range.to(); i++) {
                sum[i] += addend[i];
            }
        });
    }

    /** vector ← factor · vector in part of an array, in place. */
    public static void scaleInPlace(float[] vector, float factor, Range range) {
        for (int i = range.from(); i < range.to(); i++) {
            vector[i] *= factor;
        }
    }

    /**
     * Σ v² over part of an array. Squares are added in single precision, in lanes side by side,
     * {@value #SQUARES_A_LANE} to a lane, and the lanes in double precision: the processor then takes many at a time,
     * and six digits are right unless nearly all numbers are below 10⁻¹⁹. Where that overflows, it is double precision
     * throughout; so it is finite if, and only if, all numbers are.
     */
    public static double sumOfSquares(float[] vector, Range range) {
        double sum = sumOfSquaresInLanes(vector, range);
        return Double.isFinite(sum) ? sum : sumOfSquaresInOrder(vector, range);
    }

    private static double sumOfSquaresInLanes(float[] vector, Range range) {
        float[] lanes = new float[LANES];
        double sum = 0;
        int rows = (range.to() - range.from()) / LANES;
        for (int row = 0; row < rows; row += SQUARES_A_LANE) {
            Arrays.fill(lanes, 0f);
            int count = Math.min(SQUARES_A_LANE, rows - row);
            ForUpdates.KERNELS.addSquares(lanes, vector, range.from() + row * LANES, count);
            sum += sum(lanes);
        }
        return sum + sumOfSquaresInOrder(vector, new Range(range.from() + rows * LANES, range.to()));
    }

    /** In four sums side by side: one alone would spend its time waiting for itself. */
    private static double sum(float[] lanes) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        for (int i = 0; i < lanes.length; i += 4) {
            s0 += lanes[i];
            s1 += lanes[i + 1];
            s2 += lanes[i + 2];
            s3 += lanes[i + 3];
        }
        return (s0 + s1) + (s2 + s3);
    }

    private static double sumOfSquaresInOrder(float[] vector, Range range) {
        double sum = 0;
        for (int i = range.from(); i < range.to(); i++) {
            sum += (double) vector[i] * vector[i];
        }
        return sum;
    }

    /** Whether all numbers in part of an array are finite. */
    public static boolean areFinite(float[] vector, Range range) {
        return ForUpdates.KERNELS.areFinite(vector, range.from(), range.to());
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
