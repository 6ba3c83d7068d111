package io.lockstep.bench;

import io.lockstep.distributed.GradientTree;
import io.lockstep.distributed.Gradients;
import io.lockstep.distributed.TaskSeconds;
import io.lockstep.nn.LossSum;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;

/**
 * What it takes to send the gradients of half of the shards of 784-256-10 from a task to the driver, and to add a
 * gradient.
 */
final class Trees {
    private static final int LEAVES = 8;
    private static final int PARAMETERS = 203_530;

    private Trees() {}

    static Table table() {
        GradientTree half = new GradientTree(LEAVES, PARAMETERS);
        addLeaves(half, LEAVES / 2);
        byte[] encoded = encode(half);
        GradientTree one = new GradientTree(LEAVES, PARAMETERS);
        GradientTree two = new GradientTree(LEAVES, PARAMETERS);
        InTurns turns = InTurns.warmUp(
                        () -> encode(half),
                        () -> decode(encoded),
                        () -> addLeaves(startedOver(one), 1),
                        () -> addLeaves(startedOver(two), 2))
                .measure();
        Table table = new Table("Gradient trees of 203,530 parameters, one thread, µs", "encode", "decode", "add");
        table.add(turns.micros(0), turns.micros(1), turns.micros(3) - turns.micros(2));
        return table;
    }

    private static GradientTree startedOver(GradientTree tree) {
        tree.startOver();
        return tree;
    }

    private static void addLeaves(GradientTree tree, int count) {
        for (int leaf = 0; leaf < count; leaf++) {
            tree.leaf(leaf, gradient -> new LossSum(1, 1, 64, 64));
        }
    }

    private static byte[] encode(GradientTree tree) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 20);
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new Gradients(tree, TaskSeconds.NONE));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void decode(byte[] encoded) {
        try {
            new ObjectInputStream(new ByteArrayInputStream(encoded)).readObject();
        } catch (IOException | ClassNotFoundException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
