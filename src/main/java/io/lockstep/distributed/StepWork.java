package io.lockstep.distributed;

/** What a resident task computes in a step. */
interface StepWork {
    /** The gradients of the task's shards; their arrays may be written again once the next weights are there. */
    Gradients compute(Weights weights);
}
