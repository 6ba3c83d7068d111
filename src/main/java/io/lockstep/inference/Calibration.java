package io.lockstep.inference;

import java.util.List;

/**
 * Whether a model is right as often as it is confident, the confidence of a row being the probability of the predicted
 * class.
 *
 * @param expectedError Σ over the bins of |accuracy − mean confidence| · the bin's part of the weight, in [0, 1]
 * @param bins equal intervals of the confidence that cover (0, 1], ascending
 */
public record Calibration(double expectedError, List<Bin> bins) {
    /**
     * The rows whose confidence is in (lower, upper].
     *
     * @param meanConfidence weighted; null if the bin has no row
     * @param accuracy weighted; null if the bin has no row
     */
    public record Bin(double lower, double upper, double weight, Double meanConfidence, Double accuracy) {}

    public Calibration {
        bins = List.copyOf(bins);
    }
}
