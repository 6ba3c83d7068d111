package io.lockstep.optim;

/** Stochastic gradient descent: p ← p − rate · g. */
record Sgd() implements Optimizer {
    @Override
    public OptimizerState init(int parameterCount) {
        return OptimizerState.zeros(0, parameterCount);
    }

    @Override
    public void updateInPlace(
            float[] parameters, float[] gradient, OptimizerState state, long step, double learningRate) {
        float rate = (float) learningRate;
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] -= rate * gradient[i];
        }
    }
}
