package io.lockstep.distributed;

import io.lockstep.distributed.GradientTree.Subtree;
import io.lockstep.linalg.FloatBytes;
import io.lockstep.linalg.Range;
import io.lockstep.nn.GradientSum;
import io.lockstep.nn.LossSum;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A {@link GradientTree} as bytes, the same in a message and in the result of a task: leaves, parameters and subtrees
 * as int32, then for each subtree its level and index as int32, the sums of {@link LossSumCodec}, and the gradient as
 * float32, everything little-endian.
 */
public final class GradientTreeCodec {
    private static final int HEAD_BYTES = 3 * Integer.BYTES;
    private static final int SUBTREE_HEAD_BYTES = 2 * Integer.BYTES + LossSumCodec.BYTES;

    private GradientTreeCodec() {}

    /** The length in bytes of a tree with this number of subtrees. */
    public static long bytes(int subtrees, int parameterCount) {
        return HEAD_BYTES + subtrees * (SUBTREE_HEAD_BYTES + (long) Float.BYTES * parameterCount);
    }

    /** The tree in a new buffer, which is ready to be read. */
    public static ByteBuffer encode(GradientTree tree) {
        return encode(tree, Range.all(tree.parameterCount()));
    }

    /** As {@link #encode(GradientTree)}, a tree of the same subtrees of which each gradient is only a slice. */
    public static ByteBuffer encode(GradientTree tree, Range slice) {
        int count = slice.to() - slice.from();
        int length = Math.toIntExact(bytes(tree.subtrees().size(), count));
        ByteBuffer bytes = ByteBuffer.allocate(length).order(FloatBytes.ORDER);
        putHead(tree, count, bytes);
        for (Subtree subtree : tree.subtrees()) {
            putHead(subtree, bytes);
            FloatBytes.put(subtree.sum().gradient(), slice, bytes);
        }
        return bytes.flip();
    }

    /**
     * Reads what {@link #encode} has written, up to the end of the buffer, whose position stays where it is. Nothing
     * that the bytes say of their own size is believed.
     *
     * @param leafCount of the tree
     * @param parameterCount of the tree
     * @throws WrongMessageException for anything else
     */
    public static GradientTree decode(ByteBuffer message, int leafCount, int parameterCount) {
        ByteBuffer bytes = message.duplicate().order(FloatBytes.ORDER);
        int found = bytes.remaining();
        WrongMessageException.unless(found >= HEAD_BYTES, "expected a tree of gradients, found %d bytes", found);
        int leaves = bytes.getInt();
        WrongMessageException.unless(leaves == leafCount, "expected a tree of %d leaves, found %d", leafCount, leaves);
        int length = bytes.getInt();
        WrongMessageException.unless(
                length == parameterCount, "expected a gradient of %d numbers, found %d", parameterCount, length);
        int subtrees = bytes.getInt();
        WrongMessageException.unless(
                subtrees >= 0 && subtrees <= leafCount && found == bytes(subtrees, parameterCount),
                "expected subtrees of %d numbers each, found %d in %d bytes",
                parameterCount,
                subtrees,
                found);
        GradientTree tree = new GradientTree(leafCount, parameterCount);
        for (int i = 0; i < subtrees; i++) {
            ByteBuffer head = bytes.duplicate().order(FloatBytes.ORDER);
            bytes.position(bytes.position() + SUBTREE_HEAD_BYTES);
            insert(head, FloatBytes.get(bytes, parameterCount), tree);
        }
        return tree;
    }

    /** Writes the same bytes as {@link #encode}, without a second array of the gradients' size. */
    static void write(GradientTree tree, DataOutput out) throws IOException {
        ByteBuffer head =
                ByteBuffer.allocate(Math.max(HEAD_BYTES, SUBTREE_HEAD_BYTES)).order(FloatBytes.ORDER);
        putHead(tree, tree.parameterCount(), head);
        out.write(head.array(), 0, head.position());
        for (Subtree subtree : tree.subtrees()) {
            head.clear();
            putHead(subtree, head);
            out.write(head.array(), 0, head.position());
            FloatBytes.write(subtree.sum().gradient(), out);
        }
    }

    /** Reads what {@link #write} has written. */
    static GradientTree read(DataInput in) throws IOException {
        ByteBuffer head = read(in, HEAD_BYTES);
        GradientTree tree = new GradientTree(head.getInt(), head.getInt());
        int subtrees = head.getInt();
        for (int i = 0; i < subtrees; i++) {
            ByteBuffer subtree = read(in, SUBTREE_HEAD_BYTES);
            insert(subtree, FloatBytes.read(in, tree.parameterCount()), tree);
        }
        return tree;
    }

    private static ByteBuffer read(DataInput in, int length) throws IOException {
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return ByteBuffer.wrap(bytes).order(FloatBytes.ORDER);
    }

    private static void putHead(GradientTree tree, int parameterCount, ByteBuffer bytes) {
        bytes.putInt(tree.leafCount())
                .putInt(parameterCount)
                .putInt(tree.subtrees().size());
    }

    private static void putHead(Subtree subtree, ByteBuffer bytes) {
        bytes.putInt(subtree.level()).putInt(subtree.index());
        LossSumCodec.put(subtree.sum().loss(), bytes);
    }

    /**
     * Inserts a subtree, checked against the tree.
     *
     * @param head of the subtree; its position moves behind it
     */
    private static void insert(ByteBuffer head, float[] gradient, GradientTree tree) {
        int level = head.getInt();
        int index = head.getInt();
        WrongMessageException.unless(
                level >= 0 && level <= tree.height() && index >= 0 && (long) index << level < tree.leafCount(),
                "expected a subtree of %d leaves, found number %d of level %d",
                tree.leafCount(),
                index,
                level);
        LossSum loss = LossSumCodec.get(head, (long) Integer.MAX_VALUE << level);
        Subtree subtree = new Subtree(level, index, new GradientSum(gradient, loss));
        WrongMessageException.unless(!tree.overlaps(subtree), "leaf %d is counted twice", subtree.firstLeaf());
        tree.insert(subtree);
    }
}
