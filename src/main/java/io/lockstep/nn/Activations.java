package io.lockstep.nn;

/** The element-wise kernels between the matrix products. */
final class Activations {
    private Activations() {}

    /** z ← max(z, 0), in place. NaN stays NaN, so that a diverged network cannot look healthy. */
    static void reluInPlace(float[] z, int length) {
        for (int i = 0; i < length; i++) {
            z[i] = Math.max(z[i], 0f);
        }
    }

    /** delta ← delta ⊙ [activation > 0], in place. */
    static void maskInPlace(float[] delta, float[] activation, int length) {
        for (int i = 0; i < length; i++) {
            delta[i] = activation[i] > 0 ? delta[i] : 0f;
        }
    }
}
