package io.lockstep.distributed;

import io.lockstep.linalg.Workers;
import io.lockstep.metrics.StepTimes;
import io.lockstep.nn.GradientSum;

/**
 * Gathers the gradient of a step from wherever the shards are. Every engine gives the same bits: leaf s of a
 * {@link GradientTree} is the gradient of shard s, and its total is the result.
 */
public interface StepEngine extends AutoCloseable {
    /**
     * The result of a step.
     *
     * @param sum its array is the caller's, to write too, until the next step is asked for
     * @param idle threads that have nothing to do until then
     */
    record Step(GradientSum sum, StepTimes times, Workers idle) {}

    /**
     * The gradient sum over the step's slices of all training shards. After the last step of an epoch no task is left that
     * holds a core, so that other jobs can run.
     *
     * @param parameters flat; not to be written before this returns
     * @param epoch counted from 0
     * @param step within the epoch, counted from 0
     */
    Step compute(float[] parameters, int epoch, long step);

    @Override
    void close();
}
