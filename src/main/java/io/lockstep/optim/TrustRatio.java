package io.lockstep.optim;

import io.lockstep.linalg.Vectors;

/**
 * LAMB's layerwise adaptation (You et al., "Large batch optimization for deep learning: training BERT in 76 minutes",
 * ICLR 2020, algorithm 2, with φ the identity): the update of a layer's weights gets the norm of these weights, times
 * the learning rate. With r = u / rate, u ← ‖W‖ / ‖r‖ · u, where r is the whole step: Adam's direction and the
 * decoupled decay.
 *
 * <ul>
 *   <li>Where ‖W‖ or ‖r‖ is 0, the ratio is 1.
 *   <li>Biases keep the ratio 1, as in the authors' program, which adapts no tensor that it does not decay: they begin
 *       at 0, so a step relative to their norm could not leave 0.
 * </ul>
 */
record TrustRatio() implements Link {
    @Override
    public Norm needs() {
        return Norm.OF_EACH_BLOCK;
    }

    @Override
    public Kernel at(Step step) {
        return (part, arrays) -> {
            if (part.weights()) {
                Vectors.scaleInPlace(arrays.update(), ratio(part.norms(), step.learningRate()), part.range());
            }
        };
    }

    private static float ratio(Norms norms, double learningRate) {
        return norms.update() == 0 || norms.parameters() == 0
                ? 1
                : (float) Math.min(learningRate * norms.parameters() / norms.update(), Float.MAX_VALUE);
    }
}
