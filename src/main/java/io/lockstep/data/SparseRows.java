package io.lockstep.data;

import io.lockstep.linalg.SparseMatrix;
import io.lockstep.nn.Batch;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * Rows without their zeros: for each feature other than 0, the number of zeros before it and its value. Of more than
 * 255 zeros before a number, 256 take a pair with the value 0.
 *
 * @param pairs of bytes, row after row
 * @param ends index after the last pair of each row
 */
record SparseRows(byte[] pairs, int[] ends, int[] labels) implements ShardRows {
    private static final int MOST_ZEROS = 255;

    /**
     * @param nonZeros how many features of all rows are not 0
     * @throws ArithmeticException if the pairs are more than an array holds
     */
    static SparseRows of(DenseRows rows, long nonZeros) {
        RowFormat format = rows.format();
        long numbers = (long) format.featureCount() * rows.count();
        byte[] pairs = new byte[Math.toIntExact(2 * (nonZeros + numbers / (MOST_ZEROS + 1)))];
        int[] ends = new int[rows.count()];
        int[] labels = new int[rows.count()];
        int end = 0;
        for (int row = 0; row < rows.count(); row++) {
            end = append(rows.bytes(), row * format.bytes(), format.featureCount(), pairs, end);
            ends[row] = end;
            labels[row] = rows.label(row);
        }
        return new SparseRows(Arrays.copyOf(pairs, end), ends, labels);
    }

    private static int append(byte[] rows, int row, int featureCount, byte[] pairs, int from) {
        int end = from;
        int zeros = 0;
        int rowEnd = row + featureCount;
        for (int at = row; at < rowEnd; at += EightBytes.COUNT) {
            int count = Math.min(EightBytes.COUNT, rowEnd - at);
            long left = EightBytes.of(rows, at, rowEnd);
            while (left != 0) {
                int before = EightBytes.zerosInFront(left);
                zeros += before;
                for (; zeros > MOST_ZEROS; zeros -= MOST_ZEROS + 1) {
                    pairs[end++] = (byte) MOST_ZEROS;
                    pairs[end++] = 0;
                }
                pairs[end++] = (byte) zeros;
                pairs[end++] = EightBytes.get(left, before);
                zeros = 0;
                count -= before + 1;
                left = EightBytes.without(left, before + 1);
            }
            zeros += count;
        }
        return end;
    }

    @Override
    public int count() {
        return ends.length;
    }

    @Override
    public int label(int row) {
        return labels[row];
    }

    private int start(int row) {
        return row == 0 ? 0 : ends[row - 1];
    }

    @Override
    public void gatherFeatures(IntUnaryOperator rowOf, int count, float featureScale, Batch batch) {
        SparseMatrix nonZeros = batch.resizeSparse(count);
        for (int example = 0; example < count; example++) {
            int row = rowOf.applyAsInt(example);
            nonZeros.appendColumn(pairs, start(row), ends[row], featureScale);
        }
    }
}
