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

    /** As many sums as AVX2 has registers for. */
    private static final int VECTORS = 8;

    /** As many as AVX-512 has. */
    private static final int MANY_VECTORS = 16;

    /** With more numbers of the right factor for each column of the left one, copying the left one saves more time. */
    private static final int NUMBERS_WORTH_COPYING = 16;

    /** A larger left factor gains nothing: it is the second cache that limits it. */
    private static final int MOST_COPIED_NUMBERS = 1 << 16;

    private final Scratch widened = new Scratch();
    private final AlignedCopy aligned = new AlignedCopy();
    private final float[] sums = new float[LANES];

    /** target ← left · right. */
    void multiply(Matrix target, Matrix left, SparseMatrix right) {
        if (target.rows() < LANES) {
            fewRows(target, left, right);
        } else if (isWorthCopying(left, right)) {
            Matrix copy = aligned.of(left);
            long started = System.nanoTime();
            manyRows(target, copy, right);
            aligned.took(System.nanoTime() - started, right.nonZeros());
        } else {
            manyRows(target, left, right);
        }
    }

    private static boolean isWorthCopying(Matrix left, SparseMatrix right) {
        return AlignedCopy.helps(left)
                && left.numbers() <= MOST_COPIED_NUMBERS
                && right.nonZeros() > (long) NUMBERS_WORTH_COPYING * left.columns();
    }

    private static void manyRows(Matrix target, Matrix left, SparseMatrix right) {
        int rows = target.rows();
        int row = 0;
        if (LANES >= 16) {
            for (; row + MANY_VECTORS * LANES <= rows; row += MANY_VECTORS * LANES) {
                largeBlock(target, left, right, row);
            }
        }
        for (; row + VECTORS * LANES <= rows; row += VECTORS * LANES) {
            block(target, left, right, row);
        }
        for (; row + 2 * LANES <= rows; row += 2 * LANES) {
            vectors(target, left, right, row, LANES);
        }
        int rest = rows - row;
        if (rest > 0) {
            int from = rest > LANES ? Math.max(0, rows - 2 * LANES) : rows - LANES;
            vectors(target, left, right, from, rows - LANES - from);
        }
    }

    /**
     * Eight vectors of rows. All their columns come before the next eight vectors, so that a cache has to hold fewer
     * rows.
     */
    private static void block(Matrix target, Matrix left, SparseMatrix right, int row) {
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
            int to = target.offset() + column * target.columnStride() + row;
            float[] c = target.data();
            store(s0, c, to);
            store(s1, c, to + LANES);
            store(s2, c, to + 2 * LANES);
            store(s3, c, to + 3 * LANES);
            store(s4, c, to + 4 * LANES);
            store(s5, c, to + 5 * LANES);
            store(s6, c, to + 6 * LANES);
            store(s7, c, to + 7 * LANES);
        }
    }

    /** Sixteen vectors of rows, so that the numbers of {@code right} are read half as often. */
    private static void largeBlock(Matrix target, Matrix left, SparseMatrix right, int row) {
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
            int to = target.offset() + column * target.columnStride() + row;
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

    /** Two vectors of rows, from {@code row} and from {@code row + second}. */
    private static void vectors(Matrix target, Matrix left, SparseMatrix right, int row, int second) {
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
            store(s0, s1, target.data(), target.offset() + column * target.columnStride() + row, second);
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

    private static void store(FloatVector first, FloatVector second, float[] c, int at, int distance) {
        store(first, c, at);
        store(second, c, at + distance);
    }

    /** −0 becomes +0. */
    private static void store(FloatVector sums, float[] c, int at) {
        sums.add(0f).intoArray(c, at);
    }
}
