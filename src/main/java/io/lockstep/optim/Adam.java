package io.lockstep.optim;

import io.lockstep.linalg.Range;

/**
 * Adam (Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1): with t = step + 1,
 * m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², p ← p − rate · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε), where β₂ = 0.999 and
 * ε = 10⁻⁸.
 *
 * @param beta1 β₁, in [0, 1)
 */
record Adam(double beta1) implements Optimizer {
    private static final double BETA2 = 0.999;
    static final float SQUARE_WEIGHT = (float) (1 - BETA2);
    static final float EPSILON = 1e-8f;

    Adam {
        if (!(beta1 >= 0 && beta1 < 1)) {
            throw new IllegalArgumentException("expected a momentum in [0, 1), found " + beta1);
        }
    }

    @Override
    public OptimizerState init(int parameterCount) {
        return OptimizerState.zeros(2, parameterCount);
    }

    @Override
    public void updateInPlace(float[] parameters, float[] gradient, OptimizerState state, Range range, Step step) {
        float[] mean = state.slots().get(0);
        float[] square = state.slots().get(1);
        float meanWeight = meanWeight(beta1);
        float rate = rate(beta1, step);
        float squareScale = squareScale(step);
        for (int i = range.from(); i < range.to(); i++) {
            float g = gradient[i];
            mean[i] += meanWeight * (g - mean[i]);
            square[i] += SQUARE_WEIGHT * (g * g - square[i]);
            parameters[i] -= rate * mean[i] / ((float) Math.sqrt(square[i] * squareScale) + EPSILON);
        }
    }

    /** 1 − β₁. */
    static float meanWeight(double beta1) {
        return (float) (1 - beta1);
    }

    /** rate / (1 − β₁ᵗ). */
    static float rate(double beta1, Step step) {
        return (float) (step.learningRate() / (1 - StrictMath.pow(beta1, step.number() + 1)));
    }

    /** 1 / (1 − β₂ᵗ). */
    static float squareScale(Step step) {
        return (float) (1 / (1 - StrictMath.pow(BETA2, step.number() + 1)));
    }
}
