package io.lockstep.distributed;

import io.lockstep.data.Split;
import io.lockstep.linalg.Workers;
import io.lockstep.metrics.StepTimes;
import io.lockstep.nn.GradientSum;
import io.lockstep.nn.LossSum;
import java.util.Map;

/**
 * Gathers the gradient of a step, and the losses over all rows, from wherever the shards are. Every engine gives the
 * same bits: leaf s of a {@link GradientTree} is the gradient of shard s, and its total is the result; the losses of
 * shards are added in the order of {@link Losses}.
 *
 * <p>Until an engine is closed, its tasks may hold every core that Spark has, so that no other job can run.
 */
public interface StepEngine extends AutoCloseable {
    /**
     * The result of a step.
     *
     * @param sum its array is the caller's, to write too, until the next step is asked for
     * @param idle threads that have nothing to do until the engine is asked again
     */
    record Step(GradientSum sum, StepTimes times, Workers idle) {}

    /**
     * The gradient sum over the step's slices of all training shards.
     *
     * @param parameters flat; not to be written before this returns
     * @param epoch counted from 0
     * @param step within the epoch, counted from 0
     */
    Step compute(float[] parameters, int epoch, long step);

    /**
     * The loss sums of every split that has rows, over all of them.
     *
     * @param parameters flat; not to be written before this returns
     */
    Map<Split, LossSum> losses(float[] parameters);

    @Override
    void close();
}
