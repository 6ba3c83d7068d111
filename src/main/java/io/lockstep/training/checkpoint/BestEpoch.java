package io.lockstep.training.checkpoint;

/**
 * The best epoch so far on the validation rows, the first of equals.
 *
 * @param epoch counted from 1
 * @param score how good it is, by the figure that the run monitors; more is better
 */
public record BestEpoch(int epoch, double score) {}
