package io.lockstep.optim;

/** Keeps one large gradient from undoing many small steps. */
public final class Clipping {
    private Clipping() {}

    /**
     * By what a gradient is scaled so that its norm is at most {@code limit} and its direction stays: min(1, limit / ‖g‖)
     * (Pascanu et al., "On the difficulty of training recurrent neural networks", ICML 2013, algorithm 1).
     *
     * @param norm ‖g‖, the Euclidean norm over all parameters
     * @param limit positive
     */
    public static float scale(double norm, double limit) {
        return norm <= limit ? 1 : (float) (limit / norm);
    }
}
