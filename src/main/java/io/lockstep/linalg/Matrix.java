package io.lockstep.linalg;

/**
 * A view of part of a float array as a column-major matrix; it copies nothing. One example is one column, so the
 * features of an example are contiguous.
 */
public final class Matrix implements Factor {
    /** A cache keeps a line of each until all its numbers are read. */
    private static final int ROWS_AT_ONCE = 256;

    private final float[] data;
    private final int offset;
    private final int rows;
    private final int columns;
    private final boolean transposed;

    private Matrix(float[] data, int offset, int rows, int columns, boolean transposed) {
        this.data = data;
        this.offset = offset;
        this.rows = rows;
        this.columns = columns;
        this.transposed = transposed;
    }

    /**
     * Views {@code data[offset … offset + rows · columns)} as a matrix.
     *
     * @throws IllegalArgumentException if the array is too short
     */
    public static Matrix view(float[] data, int offset, int rows, int columns) {
        if (offset < 0 || rows < 1 || columns < 0 || offset + (long) rows * columns > data.length) {
            throw new IllegalArgumentException("expected an array that holds " + rows + " × " + columns + " from "
                    + offset + ", found length " + data.length);
        }
        return new Matrix(data, offset, rows, columns, false);
    }

    /** The transpose, as a view of the same numbers. */
    @Override
    public Matrix transposed() {
        return new Matrix(data, offset, columns, rows, !transposed);
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    float[] data() {
        return data;
    }

    /** Index of the first number in {@link #data}. */
    int offset() {
        return offset;
    }

    /** Whether the numbers of a row, not of a column, are contiguous. */
    boolean isTransposed() {
        return transposed;
    }

    /** How many there are. */
    long numbers() {
        return (long) rows * columns;
    }

    /** From a number to the next of its column. */
    int rowStride() {
        return transposed ? columns : 1;
    }

    /** From a number to the next of its row. */
    int columnStride() {
        return transposed ? 1 : rows;
    }

    /** Copies all numbers into a matrix of the same shape that is not transposed. */
    void copyTo(Matrix target) {
        if (!transposed) {
            System.arraycopy(data, offset, target.data, target.offset, rows * columns);
            return;
        }
        for (int row = 0; row < rows; row += ROWS_AT_ONCE) {
            int end = Math.min(rows, row + ROWS_AT_ONCE);
            int column = 0;
            for (; column + 4 <= columns; column += 4) {
                copyFourColumns(target, column, row, end);
            }
            for (; column < columns; column++) {
                copyColumn(target, column, row, end);
            }
        }
    }

    /** Reads four neighbours of each row, and writes four columns in order. */
    private void copyFourColumns(Matrix target, int column, int fromRow, int toRow) {
        int to0 = target.offset + column * rows;
        int to1 = to0 + rows;
        int to2 = to1 + rows;
        int to3 = to2 + rows;
        for (int row = fromRow; row < toRow; row++) {
            int from = offset + row * columns + column;
            target.data[to0 + row] = data[from];
            target.data[to1 + row] = data[from + 1];
            target.data[to2 + row] = data[from + 2];
            target.data[to3 + row] = data[from + 3];
        }
    }

    private void copyColumn(Matrix target, int column, int fromRow, int toRow) {
        int from = offset + column;
        int to = target.offset + column * rows;
        for (int row = fromRow; row < toRow; row++) {
            target.data[to + row] = data[from + row * columns];
        }
    }
}
