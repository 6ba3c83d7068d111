package io.lockstep.optim;

import io.lockstep.linalg.Vectors;

/**
 * Scales a gradient so that its norm is at most a limit and its direction stays: g ← min(1, limit / ‖g‖) · g (Pascanu
 * et al., "On the difficulty of training recurrent neural networks", ICML 2013, algorithm 1).
 *
 * @param limit the largest norm over all parameters; 0 for any
 */
record ClipByNorm(double limit) implements Link {
    @Override
    public Norm needs() {
        return Norm.OF_ALL;
    }

    @Override
    public Kernel at(Step step) {
        return (part, arrays) -> {
            double norm = part.norms().update();
            if (limit > 0 && norm > limit) {
                Vectors.scaleInPlace(arrays.update(), (float) (limit / norm), part.range());
            }
        };
    }
}
