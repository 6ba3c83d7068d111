package io.lockstep.distributed;

import io.lockstep.linalg.Workers;

/** What tasks have computed of their shards. That of several tasks is put together in any order, with the same bits. */
public sealed interface Partial permits Gradients, Losses {
    /** How many tasks have computed it. */
    int tasks();

    /** Whether it is of all shards. */
    boolean isComplete();

    /** Whether a shard is in both, so that they cannot be put together. */
    boolean overlaps(Partial other);

    /**
     * Both together; the other one may be empty afterwards.
     *
     * @param workers put them together
     * @throws ClassCastException if the other one is of another kind
     */
    Partial plus(Partial other, Workers workers);
}
