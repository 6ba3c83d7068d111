package io.lockstep.nn;

/**
 * The gradient of a loss sum, with the sums that travel with it.
 *
 * @param gradient Σ over the examples of w · dL/dparameters, laid out like the parameters; without penalty, not divided
 */
public record GradientSum(float[] gradient, LossSum loss) {}
