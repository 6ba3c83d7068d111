package io.lockstep.optim;

/**
 * A step to take.
 *
 * @param number since the start of training, counted from 0
 * @param learningRate positive
 * @param examples whose gradients were summed, at least 1
 */
public record Step(long number, double learningRate, long examples) {}
