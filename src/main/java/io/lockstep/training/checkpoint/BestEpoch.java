package io.lockstep.training.checkpoint;

/**
 * The epoch with the highest validation accuracy so far, the first of equals.
 *
 * @param epoch counted from 1
 */
public record BestEpoch(int epoch, double validationAccuracy) {}
