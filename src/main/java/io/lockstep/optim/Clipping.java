package io.lockstep.optim;

/** Keeps one large gradient from undoing many small steps. */
public final class Clipping {
    private Clipping() {}

    /**
     * Scales a gradient, in place, so that its norm is at most {@code limit} and its direction stays: g ← g · min(1, limit /
     * ‖g‖) (Pascanu et al., "On the difficulty of training recurrent neural networks", ICML 2013, algorithm 1).
     *
     * @param norm ‖g‖, the Euclidean norm over all parameters
     * @param limit positive
     */
    public static void byGlobalNormInPlace(float[] gradient, double norm, double limit) {
        if (norm <= limit) {
            return;
        }
        float scale = (float) (limit / norm);
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] *= scale;
        }
    }
}
