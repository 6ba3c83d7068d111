package io.lockstep.distributed;

import io.lockstep.linalg.Vectors;
import io.lockstep.nn.GradientSum;
import io.lockstep.nn.LossSum;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Adds one gradient sum a shard in an order that is fixed by shard numbers alone: a binary tree whose leaves are the
 * shards. It holds finished subtrees only and combines a subtree with nothing but its sibling, left plus right, so that
 * whatever is added or merged first, every addition has the same two operands and the total has the same bits.
 *
 * <p>A subtree whose sibling would lie beyond the last shard moves up unchanged, and so does one whose sibling had no
 * rows.
 */
public final class GradientTree implements Externalizable {
    private static final long serialVersionUID = 1;

    /** Of a node in a message, without its gradient. */
    private static final int NODE_BYTES = 3 * Integer.BYTES + Double.BYTES + 2 * Long.BYTES;

    /** The sum over leaves [index · 2^level, (index + 1) · 2^level). */
    private record Node(int level, int index, GradientSum sum) {
        long firstLeaf() {
            return (long) index << level;
        }

        long endLeaf() {
            return (index + 1L) << level;
        }
    }

    private int leafCount;
    private List<Node> nodes = new ArrayList<>();

    /** Where arrays come from and go back to; it does not travel. */
    private final transient Buffers buffers;

    /** For deserialisation only. */
    public GradientTree() {
        buffers = new Buffers();
    }

    /**
     * An empty tree.
     *
     * @param leafCount the number of shards, at least 1
     */
    public GradientTree(int leafCount) {
        this(leafCount, new Buffers());
    }

    /** As {@link #GradientTree(int)}, with arrays from elsewhere. */
    GradientTree(int leafCount, Buffers buffers) {
        if (leafCount < 1) {
            throw new IllegalArgumentException("expected at least one leaf, found " + leafCount);
        }
        this.leafCount = leafCount;
        this.buffers = buffers;
    }

    /** An array of the parameters' length to write the next leaf's gradient into; its content is arbitrary. */
    public float[] buffer(int length) {
        return buffers.take(length);
    }

    /**
     * Adds a leaf, in place. The tree takes over, and may write, the array.
     *
     * @return this
     * @throws IllegalStateException if the leaf is in the tree already
     */
    public GradientTree add(int leaf, GradientSum sum) {
        if (leaf < 0 || leaf >= leafCount) {
            throw new IllegalArgumentException("expected a leaf below " + leafCount + ", found " + leaf);
        }
        insert(new Node(0, leaf, sum));
        return this;
    }

    /**
     * Adds all subtrees of another tree, in place, and takes over their arrays.
     *
     * @return this
     */
    public GradientTree merge(GradientTree other) {
        if (other.leafCount != leafCount) {
            throw new IllegalStateException(
                    "cannot merge trees of " + leafCount + " and " + other.leafCount + " leaves");
        }
        other.nodes.forEach(this::insert);
        return this;
    }

    /**
     * The sum of all leaves.
     *
     * @throws IllegalStateException if a leaf is missing
     */
    public GradientSum total() {
        if (!isComplete()) {
            throw new IllegalStateException(
                    "expected all " + leafCount + " leaves, found " + nodes.size() + " separate subtrees");
        }
        return nodes.get(0).sum();
    }

    /** Whether all leaves are in the tree. */
    boolean isComplete() {
        return nodes.size() == 1 && nodes.get(0).level() == height();
    }

    /** Trees of one subtree each, which together are this one; they share its arrays. An empty tree is its only part. */
    List<GradientTree> subtrees() {
        if (nodes.size() <= 1) {
            return List.of(this);
        }
        return nodes.stream()
                .map(node -> {
                    GradientTree part = new GradientTree(leafCount);
                    part.nodes.add(node);
                    return part;
                })
                .toList();
    }

    private void insert(Node added) {
        for (Node node : nodes) {
            if (added.firstLeaf() < node.endLeaf() && node.firstLeaf() < added.endLeaf()) {
                throw new IllegalStateException("leaf " + added.firstLeaf() + " is counted twice");
            }
        }
        Node node = added;
        while (node.level() < height()) {
            int sibling = node.index() ^ 1;
            GradientSum sum = node.sum();
            if ((long) sibling << node.level() < leafCount) {
                Node found = remove(node.level(), sibling);
                if (found == null) {
                    break;
                }
                sum = sibling < node.index() ? combine(found.sum(), sum) : combine(sum, found.sum());
            }
            node = new Node(node.level() + 1, node.index() >> 1, sum);
        }
        nodes.add(node);
    }

    private Node remove(int level, int index) {
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).level() == level && nodes.get(i).index() == index) {
                return nodes.remove(i);
            }
        }
        return null;
    }

    /** left + right, written into the array of the left. A sum over no rows adds nothing, not even a zero. */
    private GradientSum combine(GradientSum left, GradientSum right) {
        if (right.loss().exampleCount() == 0) {
            buffers.give(right.gradient());
            return left;
        }
        if (left.loss().exampleCount() == 0) {
            buffers.give(left.gradient());
            return right;
        }
        Vectors.addInPlace(left.gradient(), right.gradient());
        buffers.give(right.gradient());
        return new GradientSum(left.gradient(), left.loss().plus(right.loss()));
    }

    private int height() {
        return Integer.SIZE - Integer.numberOfLeadingZeros(leafCount - 1);
    }

    /** The tree as bytes, for a message. */
    ByteBuffer toBytes() {
        int size = 2 * Integer.BYTES;
        for (Node node : nodes) {
            size = Math.addExact(size, NODE_BYTES + Float.BYTES * node.sum().gradient().length);
        }
        ByteBuffer bytes = ByteBuffer.allocate(size).order(Message.BYTE_ORDER);
        bytes.putInt(leafCount).putInt(nodes.size());
        for (Node node : nodes) {
            LossSum loss = node.sum().loss();
            float[] gradient = node.sum().gradient();
            bytes.putInt(node.level()).putInt(node.index());
            bytes.putDouble(loss.lossSum()).putLong(loss.correctCount()).putLong(loss.exampleCount());
            bytes.putInt(gradient.length).asFloatBuffer().put(gradient);
            bytes.position(bytes.position() + Float.BYTES * gradient.length);
        }
        return bytes.flip();
    }

    /** What {@link #toBytes} has written. */
    static GradientTree of(ByteBuffer message) {
        ByteBuffer bytes = message.order(Message.BYTE_ORDER);
        GradientTree tree = new GradientTree(bytes.getInt());
        for (int count = bytes.getInt(); count > 0; count--) {
            int level = bytes.getInt();
            int index = bytes.getInt();
            LossSum loss = new LossSum(bytes.getDouble(), bytes.getLong(), bytes.getLong());
            float[] gradient = new float[bytes.getInt()];
            bytes.asFloatBuffer().get(gradient);
            bytes.position(bytes.position() + Float.BYTES * gradient.length);
            tree.nodes.add(new Node(level, index, new GradientSum(gradient, loss)));
        }
        return tree;
    }

    @Override
    public void writeExternal(ObjectOutput out) throws IOException {
        out.writeInt(leafCount);
        out.writeInt(nodes.size());
        for (Node node : nodes) {
            out.writeInt(node.level());
            out.writeInt(node.index());
            LossSum loss = node.sum().loss();
            out.writeDouble(loss.lossSum());
            out.writeLong(loss.correctCount());
            out.writeLong(loss.exampleCount());
            Floats.write(out, node.sum().gradient());
        }
    }

    @Override
    public void readExternal(ObjectInput in) throws IOException {
        leafCount = in.readInt();
        int count = in.readInt();
        nodes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int level = in.readInt();
            int index = in.readInt();
            LossSum loss = new LossSum(in.readDouble(), in.readLong(), in.readLong());
            nodes.add(new Node(level, index, new GradientSum(Floats.read(in), loss)));
        }
    }
}
