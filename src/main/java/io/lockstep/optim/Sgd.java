package io.lockstep.optim;

import io.lockstep.linalg.Range;

/** Stochastic gradient descent: p ← p − rate · g. */
record Sgd() implements Optimizer {
    @Override
    public OptimizerState init(int parameterCount) {
        return OptimizerState.zeros(0, parameterCount);
    }

    @Override
    public void updateInPlace(float[] parameters, float[] gradient, OptimizerState state, Range range, Step step) {
        float rate = (float) step.learningRate();
        for (int i = range.from(); i < range.to(); i++) {
            parameters[i] -= rate * gradient[i];
        }
    }
}
