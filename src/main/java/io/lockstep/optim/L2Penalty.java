package io.lockstep.optim;

import io.lockstep.linalg.Range;

/**
 * The penalty c · Σ W² on the squares of all weights; biases carry none. As a link it comes first, and makes the
 * gradient of the mean cost of the sum of the examples' gradients: g ← g / Σ w + 2c·W.
 *
 * @param c from 0
 */
public record L2Penalty(double c) implements Link {
    /** c · Σ W². */
    public double cost(float[] parameters, Layout layout) {
        double sum = 0;
        for (Layout.Block block : layout.blocks()) {
            if (block.weights()) {
                for (int i = block.range().from(); i < block.range().to(); i++) {
                    sum += (double) parameters[i] * parameters[i];
                }
            }
        }
        return c * sum;
    }

    /**
     * Turns a gradient sum, in place, into the gradient of the mean cost: sum / weight + 2c·W.
     *
     * @param weight of the examples whose gradients were summed, positive
     */
    public void meanGradientInPlace(float[] gradientSum, double weight, float[] parameters, Layout layout) {
        for (Layout.Block block : layout.blocks()) {
            meanGradientInPlace(gradientSum, (float) weight, parameters, block.range(), block.weights());
        }
    }

    @Override
    public Kernel at(Step step) {
        return (part, arrays) -> meanGradientInPlace(
                arrays.update(), (float) step.weight(), arrays.parameters(), part.range(), part.weights());
    }

    private void meanGradientInPlace(float[] gradient, float weight, float[] parameters, Range range, boolean weights) {
        float twiceC = (float) (2 * c);
        if (weights) {
            for (int i = range.from(); i < range.to(); i++) {
                gradient[i] = gradient[i] / weight + twiceC * parameters[i];
            }
        } else {
            for (int i = range.from(); i < range.to(); i++) {
                gradient[i] /= weight;
            }
        }
    }
}
