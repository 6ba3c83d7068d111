package io.lockstep.linalg;

/** What is done with whole arrays of numbers, always in the same order, so that the bits are the same on every machine. */
public final class Vectors {
    private static final int LANES = 8;

    private Vectors() {}

    /** sum ← sum + addend, in place; as long as each other. */
    public static void addInPlace(float[] sum, float[] addend) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += addend[i];
        }
    }

    /** √(Σ v²), summed in double precision; several sums side by side, because one would wait for itself. */
    public static double norm(float[] vector) {
        double[] sums = new double[LANES];
        int end = vector.length - vector.length % LANES;
        for (int i = 0; i < end; i += LANES) {
            for (int lane = 0; lane < LANES; lane++) {
                double value = vector[i + lane];
                sums[lane] += value * value;
            }
        }
        for (int i = end; i < vector.length; i++) {
            sums[i - end] += (double) vector[i] * vector[i];
        }
        double sum = 0;
        for (double part : sums) {
            sum += part;
        }
        return Math.sqrt(sum);
    }

    /** Whether there is neither NaN nor infinity; compares bits, because that is several times as fast. */
    public static boolean allFinite(float[] vector) {
        int largestMagnitude = 0;
        for (float value : vector) {
            largestMagnitude = Math.max(largestMagnitude, Float.floatToRawIntBits(value) & Integer.MAX_VALUE);
        }
        return largestMagnitude < Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
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
