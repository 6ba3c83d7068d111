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

    /** √(Σ v²) in double precision, as eight sums side by side: one alone would spend its time waiting for itself. */
    public static double norm(float[] vector) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        double s4 = 0;
        double s5 = 0;
        double s6 = 0;
        double s7 = 0;
        int i = 0;
        for (; i <= vector.length - LANES; i += LANES) {
            s0 += square(vector[i]);
            s1 += square(vector[i + 1]);
            s2 += square(vector[i + 2]);
            s3 += square(vector[i + 3]);
            s4 += square(vector[i + 4]);
            s5 += square(vector[i + 5]);
            s6 += square(vector[i + 6]);
            s7 += square(vector[i + 7]);
        }
        for (; i < vector.length; i++) {
            s0 += square(vector[i]);
        }
        return Math.sqrt(((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7)));
    }

    private static double square(double value) {
        return value * value;
    }

    /** Whether there is neither NaN nor infinity: nothing else times zero is not zero. */
    public static boolean allFinite(float[] vector) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        int i = 0;
        for (; i <= vector.length - LANES; i += LANES) {
            s0 += vector[i] * 0f;
            s1 += vector[i + 1] * 0f;
            s2 += vector[i + 2] * 0f;
            s3 += vector[i + 3] * 0f;
            s4 += vector[i + 4] * 0f;
            s5 += vector[i + 5] * 0f;
            s6 += vector[i + 6] * 0f;
            s7 += vector[i + 7] * 0f;
        }
        for (; i < vector.length; i++) {
            s0 += vector[i] * 0f;
        }
        return s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 == 0;
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
