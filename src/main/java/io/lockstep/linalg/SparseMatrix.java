package io.lockstep.linalg;

import java.util.Arrays;

/**
 * A matrix of which only numbers other than 0 are stored, column by column (compressed sparse columns), in arrays that
 * grow as needed and are reused.
 *
 * <p>A product with it as the right factor has the bits of the dense product, as {@link ExactProducts} defines them.
 */
public final class SparseMatrix implements Factor {
    /** With one number in five other than 0, the sparse product takes half the time of the dense one or less. */
    private static final int LEAST_NUMBERS_PER_NON_ZERO = 4;

    private int rows;
    private int[] columnEnds = new int[16];
    private int columnCount;
    private int[] rowIndices = new int[0];
    private float[] values = new float[0];
    private int valueCount;

    /** Memory for the transpose, kept between calls. */
    private SparseMatrix transpose;

    /** A matrix of no columns yet. */
    public SparseMatrix(int rows) {
        if (rows < 1) {
            throw new IllegalArgumentException("expected at least one row, found " + rows);
        }
        this.rows = rows;
    }

    /**
     * Whether products with a matrix are faster when its zeros are left out.
     *
     * @param nonZeros how many of its numbers are other than 0
     * @param numbers rows · columns
     */
    public static boolean pays(long nonZeros, long numbers) {
        return nonZeros * LEAST_NUMBERS_PER_NON_ZERO <= numbers;
    }

    /** Removes all columns. */
    public void clear() {
        columnCount = 0;
        valueCount = 0;
    }

    /** Appends a column of zeros. */
    public void appendColumn() {
        if (columnCount == columnEnds.length) {
            columnEnds = Arrays.copyOf(columnEnds, 2 * columnCount);
        }
        columnEnds[columnCount++] = valueCount;
        reserve(valueCount + rows);
    }

    /**
     * Sets a number of the last column.
     *
     * @param row greater than those in which the column has numbers already
     */
    public void append(int row, float value) {
        int start = start(columnCount - 1);
        if (row >= rows || row <= (valueCount == start ? -1 : rowIndices[valueCount - 1])) {
            throw new IllegalArgumentException("expected ascending rows below " + rows + ", found " + row);
        }
        rowIndices[valueCount] = row;
        values[valueCount++] = value;
        columnEnds[columnCount - 1] = valueCount;
    }

    /**
     * Appends a column that is given as pairs of unsigned bytes: how many zeros there are before a number, and the
     * number, which is multiplied by a scale and left out if it is 0.
     *
     * @param from index of the first pair
     * @param to index after the last pair
     */
    public void appendColumn(byte[] pairs, int from, int to, float scale) {
        appendColumn();
        int count = valueCount;
        int row = 0;
        for (int i = from; i < to; i += 2) {
            row += pairs[i] & 0xff;
            int value = pairs[i + 1] & 0xff;
            rowIndices[count] = row++;
            values[count] = value * scale;
            count += -value >>> 31; // 0 for 0, else 1: what is not counted is overwritten
        }
        valueCount = count;
        columnEnds[columnCount - 1] = count;
    }

    /** A copy of a column, with its zeros. */
    public float[] column(int column) {
        float[] dense = new float[rows];
        for (int i = start(column); i < columnEnds[column]; i++) {
            dense[rowIndices[i]] = values[i];
        }
        return dense;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columnCount;
    }

    /** A copy, in memory that the next call takes again. */
    @Override
    public SparseMatrix transposed() {
        if (transpose == null) {
            transpose = new SparseMatrix(rows);
        }
        transpose.setToTranspose(this);
        return transpose;
    }

    /** Where in {@link #rowIndices} and {@link #values} a column begins, and the one before it ends. */
    int start(int column) {
        return column == 0 ? 0 : columnEnds[column - 1];
    }

    /** How many numbers are stored. */
    int nonZeros() {
        return valueCount;
    }

    int[] rowIndices() {
        return rowIndices;
    }

    float[] values() {
        return values;
    }

    private void reserve(int count) {
        if (count > values.length) {
            int length = Math.max(count, 2 * values.length);
            rowIndices = Arrays.copyOf(rowIndices, length);
            values = Arrays.copyOf(values, length);
        }
    }

    /** A counting sort by row. */
    private void setToTranspose(SparseMatrix original) {
        rows = original.columnCount;
        columnCount = original.rows;
        valueCount = original.valueCount;
        reserve(valueCount);
        if (columnEnds.length < columnCount) {
            columnEnds = new int[columnCount];
        }
        int[] next = columnEnds;
        Arrays.fill(next, 0, columnCount, 0);
        for (int i = 0; i < valueCount; i++) {
            next[original.rowIndices[i]]++;
        }
        int start = 0;
        for (int column = 0; column < columnCount; column++) {
            int count = next[column];
            next[column] = start;
            start += count;
        }
        int i = 0;
        for (int row = 0; row < original.columnCount; row++) {
            for (; i < original.columnEnds[row]; i++) {
                int at = next[original.rowIndices[i]]++;
                rowIndices[at] = row;
                values[at] = original.values[i];
            }
        }
    }
}
