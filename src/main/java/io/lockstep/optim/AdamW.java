package io.lockstep.optim;

import io.lockstep.linalg.Range;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019, algorithm
 * 2): p ← p − (rate · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε) + decay · p), with m, v, β₂ and ε of {@link Adam}.
 *
 * <p>A decay of some 10⁻⁷ is less than a float's rounding, and a weight whose input is always 0 has nothing but its decay.
 * So the state also holds by how much each parameter was rounded up, and the next step subtracts that too (Kahan,
 * "Further remarks on reducing truncation errors", CACM 1965): nothing is lost, however small.
 *
 * @param beta1 β₁, in [0, 1)
 */
record AdamW(double beta1) implements Optimizer {
    AdamW {
        if (!(beta1 >= 0 && beta1 < 1)) {
            throw new IllegalArgumentException("expected a momentum in [0, 1), found " + beta1);
        }
    }

    @Override
    public OptimizerState init(int parameterCount) {
        return OptimizerState.zeros(3, parameterCount);
    }

    @Override
    public void updateInPlace(float[] parameters, float[] gradient, OptimizerState state, Range range, Step step) {
        float[] mean = state.slots().get(0);
        float[] square = state.slots().get(1);
        float[] excess = state.slots().get(2);
        float meanWeight = Adam.meanWeight(beta1);
        float rate = Adam.rate(beta1, step);
        float squareScale = Adam.squareScale(step);
        float decay = (float) step.decay();
        for (int i = range.from(); i < range.to(); i++) {
            // Java 17 vectorises this loop only if it reads each array once, before it writes any: ten times as fast.
            float g = gradient[i];
            float before = parameters[i];
            float left = excess[i];
            float m = mean[i];
            float v = square[i];
            m += meanWeight * (g - m);
            v += Adam.SQUARE_WEIGHT * (g * g - v);
            float down = rate * m / ((float) Math.sqrt(v * squareScale) + Adam.EPSILON) + decay * before + left;
            float after = before - down;
            mean[i] = m;
            square[i] = v;
            parameters[i] = after;
            excess[i] = down - (before - after);
        }
    }
}
