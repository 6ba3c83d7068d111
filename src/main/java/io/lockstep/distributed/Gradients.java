package io.lockstep.distributed;

import io.lockstep.linalg.Workers;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.util.List;
import java.util.stream.IntStream;

/** The gradients of some shards in a step, and how long the tasks took to compute them: the result of a task. */
public final class Gradients implements Partial, Externalizable {
    private static final long serialVersionUID = 1;

    // Transient, because writeExternal writes them; javac from 21 on would warn of types that are not Serializable.
    private transient GradientTree tree;
    private transient TaskSeconds seconds;

    /** For deserialisation only. */
    public Gradients() {}

    public Gradients(GradientTree tree, TaskSeconds seconds) {
        this.tree = tree;
        this.seconds = seconds;
    }

    /** Those of no shards and no tasks. */
    public static Gradients none(int shardCount, int parameterCount) {
        return new Gradients(new GradientTree(shardCount, parameterCount), TaskSeconds.NONE);
    }

    public GradientTree tree() {
        return tree;
    }

    public TaskSeconds seconds() {
        return seconds;
    }

    @Override
    public int tasks() {
        return seconds.tasks();
    }

    @Override
    public boolean isComplete() {
        return tree.isComplete();
    }

    @Override
    public boolean overlaps(Partial other) {
        return tree.overlaps(((Gradients) other).tree);
    }

    /** Both together, in the tree of this one; the other tree is empty afterwards. */
    @Override
    public Gradients plus(Partial other, Workers workers) {
        Gradients gradients = (Gradients) other;
        return new Gradients(tree.merge(gradients.tree, workers), seconds.plus(gradients.seconds));
    }

    /** One subtree each, because all together may not fit into one message; the last has the time of all. */
    public List<Gradients> parts() {
        List<GradientTree> trees = tree.parts();
        int last = trees.size() - 1;
        return IntStream.rangeClosed(0, last)
                .mapToObj(i -> new Gradients(trees.get(i), i == last ? seconds : TaskSeconds.NONE))
                .toList();
    }

    @Override
    public void writeExternal(ObjectOutput out) throws IOException {
        GradientTreeCodec.write(tree, out);
        out.writeDouble(seconds.slowest());
        out.writeDouble(seconds.total());
        out.writeInt(seconds.tasks());
    }

    @Override
    public void readExternal(ObjectInput in) throws IOException {
        tree = GradientTreeCodec.read(in);
        seconds = new TaskSeconds(in.readDouble(), in.readDouble(), in.readInt());
    }
}
