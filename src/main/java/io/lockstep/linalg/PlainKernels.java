package io.lockstep.linalg;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** In plain Java: column by column, one multiple of a column of the left matrix after the other. */
final class PlainKernels implements Kernels {
    /** Whole arrays, because Java 17 vectorises loops over nothing else. */
    private record Memory(float[] sums, float[][] columns) {}

    private final Map<Integer, Memory> byRows = new HashMap<>(); // layers take turns
    private float[][] columns; // of the left matrix
    private float[] sums;

    @Override
    public void dense(Matrix target, Matrix left, Matrix right) {
        read(left);
        for (int column = 0; column < right.columns(); column++) {
            Arrays.fill(sums, 0f);
            int at = right.offset() + column * right.columnStride();
            for (int k = 0; k < right.rows(); k++) {
                addMultiple(sums, columns[k], right.data()[at + k * right.rowStride()]);
            }
            store(target, column);
        }
    }

    @Override
    public void sparse(Matrix target, Matrix left, SparseMatrix right) {
        read(left);
        for (int column = 0; column < right.columns(); column++) {
            Arrays.fill(sums, 0f);
            for (int i = right.start(column); i < right.start(column + 1); i++) {
                addMultiple(sums, columns[right.rowIndices()[i]], right.values()[i]);
            }
            store(target, column);
        }
    }

    @Override
    public void addBias(Matrix target, float[] bias, int offset) {
        int rows = target.rows();
        for (int column = 0; column < target.columns(); column++) {
            int at = target.offset() + column * rows;
            for (int row = 0; row < rows; row++) {
                target.data()[at + row] += bias[offset + row];
            }
        }
    }

    @Override
    public void addBiasAndRectify(Matrix target, float[] bias, int offset) {
        int rows = target.rows();
        for (int column = 0; column < target.columns(); column++) {
            int at = target.offset() + column * rows;
            for (int row = 0; row < rows; row++) {
                target.data()[at + row] = Math.max(target.data()[at + row] + bias[offset + row], 0f);
            }
        }
    }

    @Override
    public void sumRows(Matrix matrix, float[] sums, int offset) {
        int rows = matrix.rows();
        Arrays.fill(sums, offset, offset + rows, 0f);
        for (int column = 0; column < matrix.columns(); column++) {
            int at = matrix.offset() + column * rows;
            for (int row = 0; row < rows; row++) {
                sums[offset + row] += matrix.data()[at + row];
            }
        }
    }

    @Override
    public void mask(Matrix target, float[] activations) {
        int end = target.rows() * target.columns();
        for (int i = 0; i < end; i++) {
            target.data()[target.offset() + i] = activations[i] > 0 ? target.data()[target.offset() + i] : 0f;
        }
    }

    @Override
    public void addSquares(float[] sums, float[] vector, int from, int rows) {
        float[] values = new float[sums.length];
        for (int row = 0; row < rows; row++) {
            // Java 17 does not vectorise a loop over two arrays at different indices; the copy takes less.
            System.arraycopy(vector, from + row * sums.length, values, 0, sums.length);
            addSquares(sums, values);
        }
    }

    private static void addSquares(float[] sums, float[] values) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += values[i] * values[i];
        }
    }

    @Override
    public boolean areFinite(float[] vector, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!Float.isFinite(vector[i])) {
                return false;
            }
        }
        return true;
    }

    private void read(Matrix left) {
        int rows = left.rows();
        Memory memory = byRows.get(rows);
        if (memory == null || memory.columns.length < left.columns()) {
            memory = new Memory(new float[rows], new float[left.columns()][rows]);
            byRows.put(rows, memory);
        }
        columns = memory.columns;
        sums = memory.sums;
        for (int k = 0; k < left.columns(); k++) {
            System.arraycopy(left.data(), left.offset() + k * left.columnStride(), columns[k], 0, rows);
        }
    }

    private static void addMultiple(float[] sums, float[] addend, float factor) {
        if (Fma.IS_INSTRUCTION) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] = Math.fma(addend[i], factor, sums[i]);
            }
        } else {
            for (int i = 0; i < sums.length; i++) {
                sums[i] = Fma.ofOrdinaryOperations(addend[i], factor, sums[i]);
            }
        }
    }

    private void store(Matrix target, int column) {
        int at = target.offset() + column * target.columnStride();
        for (int i = 0; i < sums.length; i++) {
            target.data()[at + i] = sums[i] + 0f; // −0 becomes +0
        }
    }
}
