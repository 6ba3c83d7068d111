package io.lockstep.distributed;

import io.lockstep.data.Split;
import io.lockstep.linalg.Workers;
import io.lockstep.metrics.StepTimes;
import io.lockstep.nn.GradientSum;
import io.lockstep.nn.LossSum;
import java.util.Map;

/**
 * How the gradient of a step is gathered from wherever the shards are. Every engine gives the same bits: leaf s of a
 * {@link GradientTree} is the gradient of shard s, and its total is the result.
 */
public interface StepEngine extends AutoCloseable {
    /**
     * What a step came to.
     *
     * @param sum its array is the caller's, to write too, until the next step is asked for
     */
    record Step(GradientSum sum, StepTimes times) {}

    /**
     * The gradient sum over the step's slices of all training shards.
     *
     * @param parameters flat; not to be written before this returns
     * @param epoch counted from 0
     * @param step within the epoch, counted from 0
     */
    Step compute(float[] parameters, int epoch, long step);

    /** Threads that have nothing to do between two steps. */
    default Workers workers() {
        return Workers.POOL;
    }

    /** The loss sums of every split that has rows. */
    Map<Split, LossSum> evaluate(float[] parameters);

    @Override
    void close();
}
