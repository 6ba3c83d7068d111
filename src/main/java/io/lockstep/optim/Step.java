package io.lockstep.optim;

/**
 * A step to take.
 *
 * @param number since the start of training, counted from 0
 * @param learningRate positive
 * @param weight of the examples whose gradients were summed: their number if all weigh 1; positive and a normal float32
 */
public record Step(long number, double learningRate, double weight) {
    public Step {
        if (!((float) weight >= Float.MIN_NORMAL && (float) weight <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("expected a step whose examples weigh from " + Float.MIN_NORMAL + " to "
                    + Float.MAX_VALUE + " together, found " + weight);
        }
    }
}
