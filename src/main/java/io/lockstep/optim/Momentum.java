package io.lockstep.optim;

import io.lockstep.linalg.Range;

/**
 * Gradient descent with momentum: v ← μ·v + g, then p ← p − rate · v, or p ← p − rate · (g + μ·v) with Nesterov's
 * look-ahead (Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013, in the
 * form in which the gradient is taken at the parameters that are kept).
 *
 * @param momentum μ, in [0, 1)
 */
record Momentum(double momentum, boolean nesterov) implements Optimizer {
    Momentum {
        if (!(momentum >= 0 && momentum < 1)) {
            throw new IllegalArgumentException("expected a momentum in [0, 1), found " + momentum);
        }
    }

    @Override
    public OptimizerState init(int parameterCount) {
        return OptimizerState.zeros(1, parameterCount);
    }

    @Override
    public void updateInPlace(float[] parameters, float[] gradient, OptimizerState state, Range range, Step step) {
        float[] velocity = state.slots().get(0);
        float mu = (float) momentum;
        float rate = (float) step.learningRate();
        for (int i = range.from(); i < range.to(); i++) {
            velocity[i] = mu * velocity[i] + gradient[i];
            parameters[i] -= rate * (nesterov ? gradient[i] + mu * velocity[i] : velocity[i]);
        }
    }
}
