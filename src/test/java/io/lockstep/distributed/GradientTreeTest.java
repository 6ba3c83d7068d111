package io.lockstep.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.linalg.Workers;
import io.lockstep.nn.GradientSum;
import io.lockstep.nn.LossSum;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GradientTreeTest {
    private static final int LENGTH = 7;

    @Test
    void addsInTheOrderOfTheTree() {
        // Numbers for which (a + b) + (c + d) differs from any other order of addition.
        float[] numbers = {1e8f, 3.3f, -1e8f, 7.7f, 0.1f};
        GradientTree tree = new GradientTree(5, 1);
        for (int leaf : new int[] {4, 1, 3, 0, 2}) {
            add(tree, leaf, new GradientSum(new float[] {numbers[leaf]}, new LossSum(1, 0, 1, 1)));
        }
        float expected = ((numbers[0] + numbers[1]) + (numbers[2] + numbers[3])) + numbers[4];
        assertThat(tree.total().gradient()).containsExactly(expected);
        assertThat(tree.total().loss()).isEqualTo(new LossSum(5, 0, 5, 5));
    }

    @Test
    void anyOrderAndGroupingOfMergesGivesTheSameBits() throws Exception {
        Random random = new Random(1);
        for (int leaves : new int[] {1, 2, 3, 8, 13, 37}) {
            List<GradientSum> sums = leafSums(leaves, random);
            GradientSum expected = inOrder(sums).total();
            for (int round = 0; round < 300; round++) {
                GradientSum total = mergedAtRandom(sums, random).total();
                assertThat(total.gradient()).isEqualTo(expected.gradient());
                assertThat(total.loss()).isEqualTo(expected.loss());
            }
        }
    }

    @Test
    void refusesALeafThatIsCountedTwice() {
        GradientTree tree = inOrder(leafSums(4, new Random(1)));
        assertThatThrownBy(() -> add(tree, 2, leafSums(1, new Random(2)).get(0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("twice");
    }

    @Test
    void refusesToTotalWhileALeafIsMissing() {
        GradientTree tree = new GradientTree(3, LENGTH);
        add(tree, 0, leafSums(1, new Random(1)).get(0));
        assertThatThrownBy(tree::total)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("3 leaves");
    }

    @Test
    void refusesLeavesAndTreesOfAnotherSize() {
        GradientTree tree = new GradientTree(3, LENGTH);
        assertThatThrownBy(() -> tree.leaf(3, gradient -> LossSum.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tree.merge(new GradientTree(4, LENGTH), Workers.NONE))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> tree.merge(new GradientTree(3, LENGTH + 1), Workers.NONE))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aTreeThatIsMergedIntoAnotherIsEmptyAndUsesItsArraysAgainWhenItStartsOver() {
        List<GradientSum> sums = leafSums(4, new Random(1));
        GradientTree tree = new GradientTree(4, LENGTH);
        GradientTree all = new GradientTree(4, LENGTH);
        Set<float[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int step = 0; step < 3; step++) {
            tree.startOver();
            for (int leaf = 0; leaf < 4; leaf++) {
                GradientSum sum = sums.get(leaf);
                tree.leaf(leaf, gradient -> {
                    arrays.add(gradient);
                    System.arraycopy(sum.gradient(), 0, gradient, 0, LENGTH);
                    return sum.loss();
                });
            }
            all.startOver();
            all.merge(tree, Workers.NONE);
            assertThat(tree.subtrees()).isEmpty();
            assertThat(all.total().gradient()).isEqualTo(inOrder(sums).total().gradient());
        }
        assertThat(arrays).hasSize(3); // a sum of two, and the two that are added to it
    }

    @Test
    void aMessageAndTheResultOfATaskHaveTheSameBytes() throws Exception {
        GradientTree tree = inOrder(leafSums(13, new Random(3)));
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(result)) {
            GradientTreeCodec.write(tree, out);
        }
        assertThat(GradientTreeCodec.encode(tree).array()).isEqualTo(result.toByteArray());
        assertThat(GradientTreeCodec.bytes(1, LENGTH)).isEqualTo(result.size());
    }

    private static GradientTree inOrder(List<GradientSum> sums) {
        GradientTree tree = new GradientTree(sums.size(), LENGTH);
        IntStream.range(0, sums.size()).forEach(leaf -> add(tree, leaf, sums.get(leaf)));
        return tree;
    }

    /** Deals the leaves to a random number of trees, in a random order, then merges the trees in a random order. */
    private static GradientTree mergedAtRandom(List<GradientSum> sums, Random random) throws Exception {
        List<GradientTree> trees = new ArrayList<>();
        for (int i = random.nextInt(sums.size()); i >= 0; i--) {
            trees.add(new GradientTree(sums.size(), LENGTH));
        }
        List<Integer> leaves = IntStream.range(0, sums.size()).boxed().collect(Collectors.toList());
        Collections.shuffle(leaves, random);
        for (int leaf : leaves) {
            GradientTree tree = trees.get(random.nextInt(trees.size()));
            add(tree, leaf, sums.get(leaf)); // content left over from another leaf must not matter
        }
        while (trees.size() > 1) {
            GradientTree other = trees.remove(random.nextInt(trees.size()));
            int into = random.nextInt(trees.size());
            switch (random.nextInt(3)) {
                case 0 -> trees.get(into).merge(other, Workers.NONE);
                case 1 -> trees.get(into).merge(throughSerialisation(other), Workers.NONE);
                default -> other.parts().forEach(part -> trees.get(into).merge(throughAMessage(part), Workers.NONE));
            }
        }
        return trees.get(0);
    }

    /** Gradients of very different sizes, and some leaves without rows. */
    private static List<GradientSum> leafSums(int count, Random random) {
        return IntStream.range(0, count)
                .mapToObj(leaf -> {
                    if (count > 4 && random.nextInt(5) == 0) {
                        return new GradientSum(new float[LENGTH], LossSum.ZERO);
                    }
                    float[] gradient = new float[LENGTH];
                    for (int i = 0; i < LENGTH; i++) {
                        gradient[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(9)));
                    }
                    return new GradientSum(
                            gradient, new LossSum(random.nextDouble(), leaf, 40 * random.nextFloat() + leaf, 64));
                })
                .toList();
    }

    private static void add(GradientTree tree, int leaf, GradientSum sum) {
        tree.leaf(leaf, gradient -> {
            System.arraycopy(sum.gradient(), 0, gradient, 0, gradient.length);
            return sum.loss();
        });
    }

    private static GradientTree throughAMessage(GradientTree tree) {
        return GradientTreeCodec.decode(GradientTreeCodec.encode(tree), tree.leafCount(), tree.parameterCount());
    }

    private static GradientTree throughSerialisation(GradientTree tree) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new Gradients(tree, TaskSeconds.of(2.5)));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            Gradients read = (Gradients) in.readObject();
            assertThat(read.seconds()).isEqualTo(TaskSeconds.of(2.5));
            return read.tree();
        }
    }
}
