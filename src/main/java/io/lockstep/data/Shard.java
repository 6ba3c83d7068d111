package io.lockstep.data;

import io.lockstep.linalg.Arithmetic;
import io.lockstep.linalg.Machine;
import io.lockstep.linalg.SparseMatrix;
import io.lockstep.nn.Batch;
import java.io.Serializable;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Some of the rows of one split, kept as bytes. Which rows, and in which order, follows from their content alone: by
 * hash, then by content.
 */
public final class Shard implements Serializable {
    private static final long serialVersionUID = 1;

    private final Split split;
    private final int index;
    private final RowFormat format;
    private final byte[] rows; // (row bytes × rows)

    /** Whether batches leave out zeros. One answer for all of them, and it follows from the rows. */
    private final boolean sparse;

    /** Remembered between the steps of an epoch; anyone can make it again, so it does not travel. */
    private transient volatile Permutation permutation;

    private Shard(Split split, int index, RowFormat format, byte[] rows) {
        this.split = split;
        this.index = index;
        this.format = format;
        this.rows = rows;
        this.sparse = SparseMatrix.pays(format.nonZeros(rows), (long) rowCount() * format.featureCount());
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
        for (int row = 0; row < count; row++) {
            System.arraycopy(unordered, order[row] * rowBytes, rows, row * rowBytes, rowBytes);
        }
        return new Shard(split, index, format, rows);
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
        return rows.length / format.bytes();
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
        SortedMap<Integer, LabelRows> labels = new TreeMap<>();
        Fingerprint fingerprint = Fingerprint.EMPTY;
        int rowBytes = format.bytes();
        for (int offset = 0; offset < rows.length; offset += rowBytes) {
            RowHash hash = RowHash.of(rows, offset, rowBytes);
            labels.merge(format.label(rows, offset), LabelRows.of(hash), LabelRows::plus);
            fingerprint = fingerprint.plus(hash);
        }
        return new ShardSummary(split, index, rowCount(), labels, fingerprint, Machine.ofThisJvm(arithmetic));
    }

    private void gather(IntUnaryOperator rowOf, int count, RowDecoder decoder, Batch batch) {
        if (sparse) {
            SparseMatrix nonZeros = batch.resizeSparse(count);
            for (int i = 0; i < count; i++) {
                decoder.appendNonZeros(rows, rowOf.applyAsInt(i) * format.bytes(), nonZeros);
            }
        } else {
            int features = format.featureCount();
            batch.resize(count);
            for (int i = 0; i < count; i++) {
                decoder.decodeFeatures(
                        rows, rowOf.applyAsInt(i) * format.bytes(), features, batch.features(), i * features);
            }
        }
        for (int i = 0; i < count; i++) {
            batch.labels()[i] = decoder.classOf(format.label(rows, rowOf.applyAsInt(i) * format.bytes()));
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
