package io.lockstep.distributed;

/** Gradients of some shards in a step, and how long the tasks took to compute them. */
record Gradients(GradientTree tree, TaskSeconds seconds) {
    static Gradients none(int shardCount) {
        return new Gradients(new GradientTree(shardCount), TaskSeconds.NONE);
    }

    /** Takes over the arrays of both. */
    Gradients plus(Gradients other) {
        return new Gradients(tree.merge(other.tree), seconds.plus(other.seconds));
    }

    boolean isComplete() {
        return tree.isComplete();
    }
}
