package io.lockstep.data;

import io.lockstep.linalg.Arithmetic;
import io.lockstep.linalg.Machine;
import io.lockstep.linalg.SparseMatrix;
import io.lockstep.nn.Batch;
import java.io.Serializable;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Some of the rows of one split; batches of a shard with mostly zeros leave them out. Which rows, and in which order, follows
 * from their content alone: by hash, then by content.
 */
public final class Shard implements Serializable {
    private static final long serialVersionUID = 1;

    private final Split split;
    private final int index;
    private final ShardRows rows;
    private final TreeMap<Integer, LabelRows> labels;
    private final Fingerprint fingerprint;

    /** Remembered between the steps of an epoch; anyone can make it again, so it does not travel. */
    private transient volatile Permutation permutation;

    /**
     * @param hashes of the rows, in their order
     */
    private Shard(Split split, int index, ShardRows rows, RowHash[] hashes) {
        this.split = split;
        this.index = index;
        this.rows = rows;
        this.labels = new TreeMap<>();
        Fingerprint sum = Fingerprint.EMPTY;
        for (int row = 0; row < hashes.length; row++) {
            labels.merge(rows.label(row), LabelRows.of(hashes[row]), LabelRows::plus);
            sum = sum.plus(hashes[row]);
        }
        this.fingerprint = sum;
    }

    /** Makes a shard of rows that came in any order. */
    static Shard of(Split split, int index, RowFormat format, byte[] unordered) {
        int rowBytes = format.bytes();
        int count = unordered.length / rowBytes;
        RowHash[] hashes = IntStream.range(0, count)
                .mapToObj(row -> RowHash.of(unordered, row * rowBytes, rowBytes))
                .toArray(RowHash[]::new);
        Integer[] order = IntStream.range(0, count).boxed().toArray(Integer[]::new);
        Arrays.sort(order, (left, right) -> {
            int byHash = hashes[left].compareTo(hashes[right]);
            return byHash != 0 ? byHash : compareRows(unordered, left * rowBytes, right * rowBytes, rowBytes);
        });
        byte[] rows = new byte[unordered.length];
        RowHash[] hashesInOrder = new RowHash[count];
        for (int row = 0; row < count; row++) {
            hashesInOrder[row] = hashes[order[row]];
            System.arraycopy(unordered, order[row] * rowBytes, rows, row * rowBytes, rowBytes);
        }
        DenseRows dense = new DenseRows(format, rows);
        long nonZeros = format.nonZeros(rows);
        boolean sparse = SparseMatrix.pays(nonZeros, (long) count * format.featureCount());
        return new Shard(split, index, sparse ? SparseRows.of(dense, nonZeros) : dense, hashesInOrder);
    }

    private static int compareRows(byte[] rows, int left, int right, int length) {
        return Arrays.compareUnsigned(rows, left, left + length, rows, right, right + length);
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
        return new ShardSummary(split, index, rowCount(), labels, fingerprint, Machine.ofThisJvm(arithmetic));
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
