package io.lockstep.distributed.resident;

/**
 * The parameters of a step.
 *
 * @param step within the epoch, counted from 0
 */
record Weights(long step, float[] parameters) {
    /** Before the first step. */
    static final Weights NONE = new Weights(-1, new float[0]);
}
