package io.lockstep.data;

import io.lockstep.linalg.Arithmetic;
import io.lockstep.linalg.Machine;
import io.lockstep.linalg.SparseMatrix;
import io.lockstep.nn.Batch;
import java.io.Serializable;
import java.util.function.IntUnaryOperator;

/**
 * Some of the rows of one split; batches of a shard with mostly zeros leave them out. Which rows, and in which order,
 * follows from their content alone: by hash, then by content.
 */
public final class Shard implements Serializable {
    private static final long serialVersionUID = 1;

    private final Split split;
    private final int index;
    private final ShardRows rows;
    private final Tally tally;

    /** Remembered between the steps of an epoch; anyone can make it again, so it does not travel. */
    private transient volatile Permutation permutation;

    private Shard(Split split, int index, ShardRows rows, Tally tally) {
        this.split = split;
        this.index = index;
        this.rows = rows;
        this.tally = tally;
    }

    /** Makes a shard of rows of bytes. */
    static Shard of(DealtRows dealt, RowFormat format) {
        DealtRows.Sorted sorted = dealt.sorted(format);
        DenseRows dense = new DenseRows(format, sorted.rows());
        long nonZeros = format.nonZeros(sorted.rows());
        boolean sparse = SparseMatrix.pays(nonZeros, (long) dense.count() * format.featureCount());
        ShardRows rows = sparse ? SparseRows.of(dense, nonZeros) : dense;
        Tally tally = new Tally();
        for (int row = 0; row < dense.count(); row++) {
            tally.add(Label.of(dense.label(row)), sorted.hashes()[row]);
        }
        return new Shard(dealt.split(), dealt.index(), rows, tally);
    }

    /**
     * Makes a shard of prepared rows.
     *
     * @param rows in the order that follows from their content
     * @param tally of the rows before they were prepared
     */
    static Shard of(Split split, int index, FloatRows rows, Tally tally) {
        return new Shard(split, index, rows, tally);
    }

    public Split split() {
        return split;
    }

    /** The shard's number among those of its split. */
    public int index() {
        return index;
    }

    public int rowCount() {
        return rows.count();
    }

    /**
     * Fills a batch with the shard's slice for one step.
     *
     * @param epoch counted from 0
     * @param step within the epoch, counted from 0
     */
    public void gatherSlice(EpochPlan plan, int epoch, long step, RowDecoder decoder, Batch batch) {
        int[] order = permutation(plan.seed(), epoch).order();
        int from = plan.sliceStart(step, index, order.length);
        int to = plan.sliceStart(step + 1, index, order.length);
        gather(i -> order[from + i], to - from, decoder, batch);
    }

    /** Fills a batch with rows {@code from} (inclusive) to {@code to} (exclusive), in the shard's own order. */
    public void gatherRange(int from, int to, RowDecoder decoder, Batch batch) {
        gather(i -> from + i, to - from, decoder, batch);
    }

    ShardSummary summary(Arithmetic arithmetic) {
        return new ShardSummary(split, index, tally, Machine.ofThisJvm(arithmetic));
    }

    private void gather(IntUnaryOperator rowOf, int count, RowDecoder decoder, Batch batch) {
        rows.gatherFeatures(rowOf, count, decoder.featureScale(), batch);
        for (int example = 0; example < count; example++) {
            int row = rowOf.applyAsInt(example);
            batch.labels()[example] = decoder.classOf(rows.label(row));
            batch.weights()[example] = rows.weight(row);
        }
    }

    private Permutation permutation(long seed, int epoch) {
        Permutation current = permutation;
        if (current == null || !current.isOf(seed, epoch)) {
            current = Permutation.of(seed, epoch, index, rowCount());
            permutation = current;
        }
        return current;
    }
}
