package io.lockstep.linalg;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products with a sparse right factor, by the Vector API, written out as {@link VectorKernels} are and for the same
 * reasons. The numbers of a column of the right factor add multiples of columns of the left one, of whose rows up to
 * sixteen vectors have their sums in registers.
 */
final class VectorSparseKernels {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    /** With more numbers of the right factor for each column of the left one, copying the left one saves more time. */
    private static final int NUMBERS_WORTH_COPYING = 16;

    /** With more numbers in a column, on average, it pays to go through them once for each panel of a few rows. */
    private static final int LONG_COLUMN = 32;

    private static final int PANEL_ROWS = 64;

    /** As many as a copy of all rows may have to gain something: a larger one is limited by the second cache. */
    private static final int MOST_NUMBERS_OF_ALL_ROWS = 1 << 16;

    private final Scratch widened = new Scratch();
    private final AlignedCopy panel = new AlignedCopy();
    private final AlignedCopy allRows = new AlignedCopy();
    private final float[] sums = new float[LANES];

    /** target ← left · right. */
    void multiply(Matrix target, Matrix left, SparseMatrix right) {
        int rows = target.rows();
        boolean worthCopying = right.nonZeros() > (long) NUMBERS_WORTH_COPYING * left.columns();
        boolean longColumns = right.nonZeros() > (long) LONG_COLUMN * right.columns();
        boolean small = left.numbers() <= MOST_NUMBERS_OF_ALL_ROWS;
        if (rows < LANES) {
            fewRows(target, left, right);
        } else if (worthCopying && longColumns && rows >= PANEL_ROWS) {
            byPanels(target, left, right, panel, PANEL_ROWS);
        } else if (worthCopying && small && rows % AlignedCopy.NUMBERS_PER_LINE == 0) {
            byPanels(target, left, right, allRows, rows);
        } else {
            rows(target, 0, left, 0, right);
        }
    }

    /** Each panel of some rows is copied and multiplied before the next one; rows that fill none are not copied. */
    private static void byPanels(Matrix target, Matrix left, SparseMatrix right, AlignedCopy copy, int height) {
        long started = System.nanoTime();
        int row = 0;
        for (; row + height <= left.rows(); row += height) {
            rows(target, row, copy.of(left, row, height), 0, right);
        }
        copy.took(System.nanoTime() - started, (long) row * right.nonZeros());
        rows(target, 0, left, row, right);
    }

    /** Rows of the left factor, from {@code first} on: row i becomes row {@code shift} + i of the target. */
    private static void rows(Matrix target, int shift, Matrix left, int first, SparseMatrix right) {
        int rows = left.rows();
        int row = first;
        if (LANES >= 16) {
            for (; row + 16 * LANES <= rows; row += 16 * LANES) {
                sixteenVectors(target, row + shift, left, row, right);
            }
        }
        for (; row + 8 * LANES <= rows; row += 8 * LANES) {
            eightVectors(target, row + shift, left, row, right);
        }
        for (; row + 4 * LANES <= rows; row += 4 * LANES) {
            fourVectors(target, row + shift, left, row, right);
        }
        for (; row + 2 * LANES <= rows; row += 2 * LANES) {
            twoVectors(target, row + shift, left, row, LANES, right);
        }
        int rest = rows - row;
        if (rest > 0) {
            int from = rest > LANES ? Math.max(0, rows - 2 * LANES) : rows - LANES;
            twoVectors(target, from + shift, left, from, rows - LANES - from, right);
        }
    }

    /** Sixteen vectors of rows, for whose sums AVX-512 has registers. */
    private static void sixteenVectors(Matrix target, int targetRow, Matrix left, int row, SparseMatrix right) {
        int stride = left.columnStride();
        int from = left.offset() + row;
        float[] a = left.data();
        int[] indices = right.rowIndices();
        float[] factors = right.values();
        for (int column = 0; column < right.columns(); column++) {
            FloatVector zero = FloatVector.zero(SPECIES);
            FloatVector s0 = zero,
                    s1 = zero,
                    s2 = zero,
                    s3 = zero,
                    s4 = zero,
                    s5 = zero,
                    s6 = zero,
                    s7 = zero,
                    s8 = zero,
                    s9 = zero,
                    s10 = zero,
                    s11 = zero,
                    s12 = zero,
                    s13 = zero,
                    s14 = zero,
                    s15 = zero;
            int end = right.start(column + 1);
            for (int i = right.start(column); i < end; i++) {
                int at = from + indices[i] * stride;
                FloatVector x = FloatVector.broadcast(SPECIES, factors[i]);
                s0 = FloatVector.fromArray(SPECIES, a, at).fma(x, s0);
                s1 = FloatVector.fromArray(SPECIES, a, at + LANES).fma(x, s1);
                s2 = FloatVector.fromArray(SPECIES, a, at + 2 * LANES).fma(x, s2);
                s3 = FloatVector.fromArray(SPECIES, a, at + 3 * LANES).fma(x, s3);
                s4 = FloatVector.fromArray(SPECIES, a, at + 4 * LANES).fma(x, s4);
                s5 = FloatVector.fromArray(SPECIES, a, at + 5 * LANES).fma(x, s5);
                s6 = FloatVector.fromArray(SPECIES, a, at + 6 * LANES).fma(x, s6);
                s7 = FloatVector.fromArray(SPECIES, a, at + 7 * LANES).fma(x, s7);
                s8 = FloatVector.fromArray(SPECIES, a, at + 8 * LANES).fma(x, s8);
                s9 = FloatVector.fromArray(SPECIES, a, at + 9 * LANES).fma(x, s9);
                s10 = FloatVector.fromArray(SPECIES, a, at + 10 * LANES).fma(x, s10);
                s11 = FloatVector.fromArray(SPECIES, a, at + 11 * LANES).fma(x, s11);
                s12 = FloatVector.fromArray(SPECIES, a, at + 12 * LANES).fma(x, s12);
                s13 = FloatVector.fromArray(SPECIES, a, at + 13 * LANES).fma(x, s13);
                s14 = FloatVector.fromArray(SPECIES, a, at + 14 * LANES).fma(x, s14);
                s15 = FloatVector.fromArray(SPECIES, a, at + 15 * LANES).fma(x, s15);
            }
            int to = target.offset() + column * target.columnStride() + targetRow;
            float[] c = target.data();
            zero.add(s0).intoArray(c, to);
            zero.add(s1).intoArray(c, to + LANES);
            zero.add(s2).intoArray(c, to + 2 * LANES);
            zero.add(s3).intoArray(c, to + 3 * LANES);
            zero.add(s4).intoArray(c, to + 4 * LANES);
            zero.add(s5).intoArray(c, to + 5 * LANES);
            zero.add(s6).intoArray(c, to + 6 * LANES);
            zero.add(s7).intoArray(c, to + 7 * LANES);
            zero.add(s8).intoArray(c, to + 8 * LANES);
            zero.add(s9).intoArray(c, to + 9 * LANES);
            zero.add(s10).intoArray(c, to + 10 * LANES);
            zero.add(s11).intoArray(c, to + 11 * LANES);
            zero.add(s12).intoArray(c, to + 12 * LANES);
            zero.add(s13).intoArray(c, to + 13 * LANES);
            zero.add(s14).intoArray(c, to + 14 * LANES);
            zero.add(s15).intoArray(c, to + 15 * LANES);
        }
    }

    /** Eight vectors of rows, for whose sums AVX2 has registers, too. */
    private static void eightVectors(Matrix target, int targetRow, Matrix left, int row, SparseMatrix right) {
        int stride = left.columnStride();
        int from = left.offset() + row;
        float[] a = left.data();
        int[] indices = right.rowIndices();
        float[] factors = right.values();
        for (int column = 0; column < right.columns(); column++) {
            FloatVector zero = FloatVector.zero(SPECIES);
            FloatVector s0 = zero, s1 = zero, s2 = zero, s3 = zero, s4 = zero, s5 = zero, s6 = zero, s7 = zero;
            int end = right.start(column + 1);
            for (int i = right.start(column); i < end; i++) {
                int at = from + indices[i] * stride;
                FloatVector x = FloatVector.broadcast(SPECIES, factors[i]);
                s0 = FloatVector.fromArray(SPECIES, a, at).fma(x, s0);
                s1 = FloatVector.fromArray(SPECIES, a, at + LANES).fma(x, s1);
                s2 = FloatVector.fromArray(SPECIES, a, at + 2 * LANES).fma(x, s2);
                s3 = FloatVector.fromArray(SPECIES, a, at + 3 * LANES).fma(x, s3);
                s4 = FloatVector.fromArray(SPECIES, a, at + 4 * LANES).fma(x, s4);
                s5 = FloatVector.fromArray(SPECIES, a, at + 5 * LANES).fma(x, s5);
                s6 = FloatVector.fromArray(SPECIES, a, at + 6 * LANES).fma(x, s6);
                s7 = FloatVector.fromArray(SPECIES, a, at + 7 * LANES).fma(x, s7);
            }
            int to = target.offset() + column * target.columnStride() + targetRow;
            float[] c = target.data();
            zero.add(s0).intoArray(c, to);
            zero.add(s1).intoArray(c, to + LANES);
            zero.add(s2).intoArray(c, to + 2 * LANES);
            zero.add(s3).intoArray(c, to + 3 * LANES);
            zero.add(s4).intoArray(c, to + 4 * LANES);
            zero.add(s5).intoArray(c, to + 5 * LANES);
            zero.add(s6).intoArray(c, to + 6 * LANES);
            zero.add(s7).intoArray(c, to + 7 * LANES);
        }
    }

    /** Four vectors of rows; with fewer, sums wait longer for their last addition. */
    private static void fourVectors(Matrix target, int targetRow, Matrix left, int row, SparseMatrix right) {
        int stride = left.columnStride();
        int from = left.offset() + row;
        float[] a = left.data();
        int[] indices = right.rowIndices();
        float[] factors = right.values();
        for (int column = 0; column < right.columns(); column++) {
            FloatVector zero = FloatVector.zero(SPECIES);
            FloatVector s0 = zero, s1 = zero, s2 = zero, s3 = zero;
            int end = right.start(column + 1);
            for (int i = right.start(column); i < end; i++) {
                int at = from + indices[i] * stride;
                FloatVector x = FloatVector.broadcast(SPECIES, factors[i]);
                s0 = FloatVector.fromArray(SPECIES, a, at).fma(x, s0);
                s1 = FloatVector.fromArray(SPECIES, a, at + LANES).fma(x, s1);
                s2 = FloatVector.fromArray(SPECIES, a, at + 2 * LANES).fma(x, s2);
                s3 = FloatVector.fromArray(SPECIES, a, at + 3 * LANES).fma(x, s3);
            }
            int to = target.offset() + column * target.columnStride() + targetRow;
            float[] c = target.data();
            zero.add(s0).intoArray(c, to);
            zero.add(s1).intoArray(c, to + LANES);
            zero.add(s2).intoArray(c, to + 2 * LANES);
            zero.add(s3).intoArray(c, to + 3 * LANES);
        }
    }

    /** Two vectors of rows, from {@code row} and from {@code row + second}. */
    private static void twoVectors(Matrix target, int targetRow, Matrix left, int row, int second, SparseMatrix right) {
        int stride = left.columnStride();
        int from = left.offset() + row;
        float[] a = left.data();
        int[] indices = right.rowIndices();
        float[] factors = right.values();
        for (int column = 0; column < right.columns(); column++) {
            FloatVector s0 = FloatVector.zero(SPECIES);
            FloatVector s1 = s0;
            int end = right.start(column + 1);
            for (int i = right.start(column); i < end; i++) {
                int at = from + indices[i] * stride;
                FloatVector x = FloatVector.broadcast(SPECIES, factors[i]);
                s0 = FloatVector.fromArray(SPECIES, a, at).fma(x, s0);
                s1 = FloatVector.fromArray(SPECIES, a, at + second).fma(x, s1);
            }
            int to = target.offset() + column * target.columnStride() + targetRow;
            store(s0, target.data(), to);
            store(s1, target.data(), to + second);
        }
    }

    private void fewRows(Matrix target, Matrix left, SparseMatrix right) {
        int rows = target.rows();
        int direct = VectorPackingKernels.readable(LANES, left.data(), left.offset(), rows, left.columns());
        float[] rest = VectorPackingKernels.widened(left, direct, widened);
        int[] indices = right.rowIndices();
        float[] factors = right.values();
        for (int column = 0; column < right.columns(); column++) {
            FloatVector sum = FloatVector.zero(SPECIES);
            int end = right.start(column + 1);
            for (int i = right.start(column); i < end; i++) {
                int k = indices[i];
                FloatVector a = k < direct
                        ? FloatVector.fromArray(SPECIES, left.data(), left.offset() + k * rows)
                        : FloatVector.fromArray(SPECIES, rest, (k - direct) * LANES);
                sum = a.fma(FloatVector.broadcast(SPECIES, factors[i]), sum);
            }
            store(sum, sums, 0);
            System.arraycopy(sums, 0, target.data(), target.offset() + column * rows, rows);
        }
    }

    /** −0 becomes +0. */
    private static void store(FloatVector sums, float[] c, int at) {
        sums.add(0f).intoArray(c, at);
    }
}
