package io.lockstep.metrics;

import java.time.Instant;

/**
 * What is the same for every split at the end of an epoch.
 *
 * @param epoch counted from 1
 * @param step steps done since the start of training
 * @param learningRate of the epoch's last step
 * @param gradientNorm Euclidean norm of the mean gradient in the epoch's last step, before clipping: with the part that
 *     the penalty has in it, which is none where the optimiser decouples the penalty (AdamW, LAMB); 0 if the step had
 *     no rows
 * @param seconds since the start of training, with evaluation and checkpoints, without interruptions
 */
public record EpochRecord(
        int epoch, long step, double learningRate, double gradientNorm, double seconds, Instant timestamp) {}
