package io.lockstep.distributed;

import java.util.List;
import java.util.stream.IntStream;

/** Gradients of some shards in a step, and how long the tasks took to compute them. */
record Gradients(GradientTree tree, TaskSeconds seconds) {
    static Gradients none(int shardCount) {
        return new Gradients(new GradientTree(shardCount), TaskSeconds.NONE);
    }

    /** Takes over the arrays of both. */
    Gradients plus(Gradients other) {
        return new Gradients(tree.merge(other.tree), seconds.plus(other.seconds));
    }

    /** One subtree each, because all together may not fit into one message; the last has the time of all. */
    List<Gradients> parts() {
        List<GradientTree> subtrees = tree.subtrees();
        int last = subtrees.size() - 1;
        return IntStream.rangeClosed(0, last)
                .mapToObj(i -> new Gradients(subtrees.get(i), i == last ? seconds : TaskSeconds.NONE))
                .toList();
    }

    boolean isComplete() {
        return tree.isComplete();
    }
}
