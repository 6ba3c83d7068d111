package io.lockstep.nn;

import java.io.Serializable;

/**
 * Sums over examples, divided only at the very end.
 *
 * @param lossSum Σ −ln p of the true class, in nats, without penalty
 * @param correctCount examples whose most probable class is the true one
 */
public record LossSum(double lossSum, long correctCount, long exampleCount) implements Serializable {
    public static final LossSum ZERO = new LossSum(0, 0, 0);

    public LossSum plus(LossSum other) {
        return new LossSum(
                lossSum + other.lossSum, correctCount + other.correctCount, exampleCount + other.exampleCount);
    }

    public double meanLoss() {
        return lossSum / exampleCount;
    }

    public double accuracy() {
        return (double) correctCount / exampleCount;
    }
}
