package io.lockstep.distributed;

import io.lockstep.linalg.Vectors;
import io.lockstep.linalg.Workers;
import io.lockstep.nn.GradientSum;
import io.lockstep.nn.LossSum;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/**
 * Adds one gradient sum a shard in an order that is fixed by shard numbers alone: a binary tree whose leaves are the
 * shards. It holds finished subtrees only and combines a subtree with nothing but its sibling, left plus right, so that
 * whatever is added or merged first, every addition has the same two operands and the total has the same bits.
 *
 * <p>A subtree whose sibling would lie beyond the last shard moves up unchanged, and so does one whose sibling had no
 * rows.
 *
 * <p>A tree owns the arrays of its leaves: it makes them, lends each to the computation of a leaf, and uses them again
 * in the next step.
 */
public final class GradientTree {
    /** The sum over leaves [index · 2^level, (index + 1) · 2^level). */
    record Subtree(int level, int index, GradientSum sum) {
        long firstLeaf() {
            return (long) index << level;
        }

        long endLeaf() {
            return (index + 1L) << level;
        }

        boolean overlaps(Subtree other) {
            return other.firstLeaf() < endLeaf() && firstLeaf() < other.endLeaf();
        }
    }

    private final int leafCount;
    private final int parameterCount;
    private final List<Subtree> subtrees = new ArrayList<>();
    private final List<float[]> made = new ArrayList<>();
    private final Deque<float[]> free = new ArrayDeque<>();

    /**
     * An empty tree.
     *
     * @param leafCount the number of shards, at least 1
     * @param parameterCount the length of each gradient
     */
    public GradientTree(int leafCount, int parameterCount) {
        if (leafCount < 1) {
            throw new IllegalArgumentException("expected at least one leaf, found " + leafCount);
        }
        this.leafCount = leafCount;
        this.parameterCount = parameterCount;
    }

    /**
     * A tree that is complete.
     *
     * @param total over all leaves
     */
    public static GradientTree complete(int leafCount, GradientSum total) {
        GradientTree tree = new GradientTree(leafCount, total.gradient().length);
        tree.subtrees.add(new Subtree(tree.height(), 0, total));
        return tree;
    }

    int leafCount() {
        return leafCount;
    }

    int parameterCount() {
        return parameterCount;
    }

    List<Subtree> subtrees() {
        return List.copyOf(subtrees);
    }

    /**
     * Adds a leaf, in place.
     *
     * @param compute writes every element of the leaf's gradient, whose content before is arbitrary, and returns the
     *     loss
     * @return this
     * @throws IllegalStateException if the leaf is in the tree already
     */
    public GradientTree leaf(int leaf, Function<float[], LossSum> compute) {
        if (leaf < 0 || leaf >= leafCount) {
            throw new IllegalArgumentException("expected a leaf below " + leafCount + ", found " + leaf);
        }
        float[] gradient = free.isEmpty() ? newArray() : free.pop();
        LossSum loss = compute.apply(gradient);
        insert(new Subtree(0, leaf, new GradientSum(gradient, loss)));
        return this;
    }

    private float[] newArray() {
        float[] array = new float[parameterCount];
        made.add(array);
        return array;
    }

    /**
     * Moves all subtrees of another tree into this one. The other is empty afterwards; this one may write the arrays
     * until the other starts over.
     *
     * @param workers add them
     * @return this
     */
    public GradientTree merge(GradientTree other, Workers workers) {
        if (other.leafCount != leafCount || other.parameterCount != parameterCount) {
            throw new IllegalStateException("cannot merge trees of " + leafCount + " and " + other.leafCount
                    + " leaves, of " + parameterCount + " and " + other.parameterCount + " parameters");
        }
        List<Subtree> moved = other.subtrees();
        other.subtrees.clear();
        moved.forEach(subtree -> insert(subtree, workers));
        return this;
    }

    /** Empties the tree for the next step: all arrays that it has made are its own again, those in merged trees too. */
    public void startOver() {
        subtrees.clear();
        free.clear();
        free.addAll(made);
    }

    /**
     * The sum of all leaves.
     *
     * @throws IllegalStateException if a leaf is missing
     */
    public GradientSum total() {
        if (!isComplete()) {
            throw new IllegalStateException(
                    "expected all " + leafCount + " leaves, found " + subtrees.size() + " separate subtrees");
        }
        return subtrees.get(0).sum();
    }

    /**
     * The first of the leaves in the tree.
     *
     * @throws java.util.NoSuchElementException if there are none
     */
    public long firstLeaf() {
        return subtrees.stream().mapToLong(Subtree::firstLeaf).min().orElseThrow();
    }

    /** Whether all leaves are in the tree. */
    public boolean isComplete() {
        return subtrees.size() == 1 && subtrees.get(0).level() == height();
    }

    /** Whether a leaf of the other tree is in this one, too, so that they cannot be merged. */
    public boolean overlaps(GradientTree other) {
        return other.subtrees.stream().anyMatch(this::overlaps);
    }

    boolean overlaps(Subtree other) {
        return subtrees.stream().anyMatch(other::overlaps);
    }

    /** Trees of one subtree each, which together are this one and share its arrays. */
    public List<GradientTree> parts() {
        return subtrees.stream()
                .map(subtree -> {
                    GradientTree part = new GradientTree(leafCount, parameterCount);
                    part.subtrees.add(subtree);
                    return part;
                })
                .toList();
    }

    /** Adds a subtree, in place, and takes over its array. */
    void insert(Subtree added) {
        insert(added, Workers.NONE);
    }

    private void insert(Subtree added, Workers workers) {
        if (overlaps(added)) {
            throw new IllegalStateException("leaf " + added.firstLeaf() + " is counted twice");
        }
        Subtree subtree = added;
        while (subtree.level() < height()) {
            int sibling = subtree.index() ^ 1;
            GradientSum sum = subtree.sum();
            if ((long) sibling << subtree.level() < leafCount) {
                Subtree found = remove(subtree.level(), sibling);
                if (found == null) {
                    break;
                }
                sum = sibling < subtree.index()
                        ? combine(found.sum(), sum, workers)
                        : combine(sum, found.sum(), workers);
            }
            subtree = new Subtree(subtree.level() + 1, subtree.index() >> 1, sum);
        }
        subtrees.add(subtree);
    }

    private Subtree remove(int level, int index) {
        for (int i = 0; i < subtrees.size(); i++) {
            if (subtrees.get(i).level() == level && subtrees.get(i).index() == index) {
                return subtrees.remove(i);
            }
        }
        return null;
    }

    /** left + right, written into the array of the left. A sum over no rows adds nothing, not even a zero. */
    private GradientSum combine(GradientSum left, GradientSum right, Workers workers) {
        if (right.loss().exampleCount() == 0) {
            free.push(right.gradient());
            return left;
        }
        if (left.loss().exampleCount() == 0) {
            free.push(left.gradient());
            return right;
        }
        Vectors.addInPlace(left.gradient(), right.gradient(), workers);
        free.push(right.gradient());
        return new GradientSum(left.gradient(), left.loss().plus(right.loss()));
    }

    /** Levels above the leaves. */
    int height() {
        return Integer.SIZE - Integer.numberOfLeadingZeros(leafCount - 1);
    }
}
