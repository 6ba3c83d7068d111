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

    /** Whether a leaf of the other tree is in this one, too, so that they cannot be merged. */
    boolean overlaps(GradientTree other) {
        return other.nodes.stream().anyMatch(this::overlaps);
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

    private boolean overlaps(Node other) {
        for (Node node : nodes) {
            if (other.firstLeaf() < node.endLeaf() && node.firstLeaf() < other.endLeaf()) {
                return true;
            }
        }
        return false;
    }

    private void insert(Node added) {
        if (overlaps(added)) {
            throw new IllegalStateException("leaf " + added.firstLeaf() + " is counted twice");
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
        int parameterCount = nodes.isEmpty() ? 0 : nodes.get(0).sum().gradient().length;
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(bytes(nodes.size(), parameterCount)))
                .order(Message.BYTE_ORDER);
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

    /** How many bytes {@link #toBytes} writes. */
    static long bytes(int subtrees, int parameterCount) {
        return 2 * Integer.BYTES + subtrees * (NODE_BYTES + (long) Float.BYTES * parameterCount);
    }

    /**
     * What {@link #toBytes} has written.
     *
     * @param leafCount that it must have
     * @param parameterCount length that each gradient must have
     * @throws WrongMessageException for anything else
     */
    static GradientTree of(ByteBuffer message, int leafCount, int parameterCount) {
        ByteBuffer bytes = message.duplicate().order(Message.BYTE_ORDER);
        int found = bytes.remaining();
        WrongMessageException.unless(found >= bytes(0, 0), "expected a tree of gradients, found %d bytes", found);
        int leaves = bytes.getInt();
        WrongMessageException.unless(leaves == leafCount, "expected a tree of %d leaves, found %d", leafCount, leaves);
        int subtrees = bytes.getInt();
        WrongMessageException.unless(
                subtrees >= 0 && subtrees <= leafCount && found == bytes(subtrees, parameterCount),
                "expected subtrees of %d numbers each, found %d in %d bytes",
                parameterCount,
                subtrees,
                found);
        GradientTree tree = new GradientTree(leafCount);
        for (int i = 0; i < subtrees; i++) {
            tree.insertChecked(bytes, parameterCount);
        }
        return tree;
    }

    private void insertChecked(ByteBuffer bytes, int parameterCount) {
        int level = bytes.getInt();
        int index = bytes.getInt();
        WrongMessageException.unless(
                level >= 0 && level <= height() && index >= 0 && (long) index << level < leafCount,
                "expected a subtree of %d leaves, found number %d of level %d",
                leafCount,
                index,
                level);
        LossSum loss = new LossSum(bytes.getDouble(), bytes.getLong(), bytes.getLong());
        WrongMessageException.unless(
                loss.correctCount() >= 0
                        && loss.exampleCount() >= loss.correctCount()
                        && loss.exampleCount() <= (long) Integer.MAX_VALUE << level,
                "expected counts of examples, found %d correct of %d in a subtree of level %d",
                loss.correctCount(),
                loss.exampleCount(),
                level);
        int length = bytes.getInt();
        WrongMessageException.unless(
                length == parameterCount, "expected a gradient of %d numbers, found %d", parameterCount, length);
        float[] gradient = new float[length];
        bytes.asFloatBuffer().get(gradient);
        bytes.position(bytes.position() + Float.BYTES * length);
        Node node = new Node(level, index, new GradientSum(gradient, loss));
        WrongMessageException.unless(!overlaps(node), "leaf %d is counted twice", node.firstLeaf());
        insert(node);
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
