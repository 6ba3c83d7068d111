package io.lockstep.linalg;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Copies the factors of a product to where and as the other vector kernels read them. */
final class VectorPackingKernels {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** Columns of the right matrix that are packed together, row by row. */
    static final int PANEL = 8;

    /** Numbers in the vectors that hold a row of a panel. */
    private static final int PANEL_VECTORS = Math.max(PANEL, LANES);

    private VectorPackingKernels() {}

    /** How many numbers an array of panels must have: copying by vectors writes behind the last. */
    static int numbersOf(int depth, int panels) {
        return Math.addExact(Math.multiplyExact(depth, panels * PANEL), PANEL_VECTORS);
    }

    /** All panels of a matrix; the columns that the last one lacks are 0. */
    static float[] panels(Matrix right, Scratch memory) {
        int depth = right.rows();
        int columns = right.columns();
        float[] packed = memory.atLeast(numbersOf(depth, (columns + PANEL - 1) / PANEL));
        for (int column = 0; column < columns; column += PANEL) {
            panel(right, column, packed, column * depth);
        }
        return packed;
    }

    /** The panel from a column on; columns that are not there are 0. */
    static void panel(Matrix right, int column, float[] packed, int to) {
        int width = Math.min(PANEL, right.columns() - column);
        if (width < PANEL) {
            Arrays.fill(packed, to, to + right.rows() * PANEL, 0f);
        }
        if (right.isTransposed()) {
            packRows(right, column, width, packed, to);
        } else {
            packColumns(right, column, width, packed, to);
        }
    }

    /** By vectors, where they end before the array does; numbers behind those of the panel are overwritten later. */
    private static void packRows(Matrix right, int column, int width, float[] packed, int to) {
        int depth = right.rows();
        int stride = right.rowStride();
        float[] data = right.data();
        int from = right.offset() + column;
        int byVectors = width < PANEL ? 0 : readable(PANEL_VECTORS, data, from, stride, depth);
        for (int k = 0; k < byVectors; k++) {
            for (int i = 0; i < PANEL; i += LANES) {
                FloatVector.fromArray(SPECIES, data, from + k * stride + i).intoArray(packed, to + k * PANEL + i);
            }
        }
        for (int k = byVectors; k < depth; k++) {
            System.arraycopy(data, from + k * stride, packed, to + k * PANEL, width);
        }
    }

    private static void packColumns(Matrix right, int column, int width, float[] packed, int to) {
        int depth = right.rows();
        float[] data = right.data();
        for (int i = 0; i < width; i++) {
            int from = right.offset() + (column + i) * depth;
            for (int k = 0; k < depth; k++) {
                packed[to + i + k * PANEL] = data[from + k];
            }
        }
    }

    /** The columns from one on, of fewer rows than lanes, a vector each. */
    static float[] widened(Matrix left, int first, Scratch memory) {
        int rows = left.rows();
        int columns = left.columns();
        float[] data = left.data();
        float[] wide = memory.atLeast(Math.multiplyExact(columns - first, LANES));
        int byVectors = Math.max(first, readable(LANES, data, left.offset(), rows, columns));
        for (int column = first; column < byVectors; column++) {
            FloatVector.fromArray(SPECIES, data, left.offset() + column * rows)
                    .intoArray(wide, (column - first) * LANES);
        }
        for (int column = byVectors; column < columns; column++) {
            System.arraycopy(data, left.offset() + column * rows, wide, (column - first) * LANES, rows);
        }
        return wide;
    }

    /** At how many of {@code count} places, {@code stride} apart, {@code numbers} can be read before the array ends. */
    static int readable(int numbers, float[] data, int from, int stride, int count) {
        int last = data.length - numbers - from;
        return last < 0 ? 0 : Math.min(count, last / stride + 1);
    }
}
