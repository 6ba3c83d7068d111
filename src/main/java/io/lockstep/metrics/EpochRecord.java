package io.lockstep.metrics;

import java.time.Instant;

/**
 * What is the same for every split at the end of an epoch.
 *
 * @param epoch counted from 1
 * @param step steps done since the start of training
 * @param learningRate of the epoch's last step
 * @param gradientNorm Euclidean norm of the mean gradient with penalty in the epoch's last step
 * @param seconds since the start of training
 */
public record EpochRecord(
        int epoch, long step, double learningRate, double gradientNorm, double seconds, Instant timestamp) {}
