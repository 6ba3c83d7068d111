package io.lockstep.nn;

import java.io.Serializable;

/**
 * Sums over examples, each multiplied by its weight w, and divided only at the very end.
 *
 * @param lossSum Σ w · L with L = −ln p of the true class, in nats, without penalty
 * @param correctWeight Σ w of the examples whose most probable class is the true one
 * @param weight Σ w; the number of examples if all weigh 1
 */
public record LossSum(double lossSum, double correctWeight, double weight, long exampleCount) implements Serializable {
    public static final LossSum ZERO = new LossSum(0, 0, 0, 0);

    public LossSum plus(LossSum other) {
        return new LossSum(
                lossSum + other.lossSum,
                correctWeight + other.correctWeight,
                weight + other.weight,
                exampleCount + other.exampleCount);
    }

    /** Σ w · L / Σ w. */
    public double meanLoss() {
        return lossSum / weight;
    }

    /** The part of the weight that is on examples whose most probable class is the true one. */
    public double accuracy() {
        return correctWeight / weight;
    }

    // Not isConsistent, which would be a property in JSON.
    /** Whether there can be examples with these weights; the loss may be any number. */
    public boolean consistent() {
        return correctWeight >= 0
                && weight >= correctWeight
                && weight < Double.POSITIVE_INFINITY
                && exampleCount >= 0
                && (exampleCount > 0 || weight == 0);
    }
}
