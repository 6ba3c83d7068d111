package io.lockstep.linalg;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * By the Vector API: sums stay in registers while their terms are added. A lane does what plain Java would, and lanes are never
 * added to each other, so that neither their number nor the version of Java makes a difference. Where rows do not fill the last
 * vector, it begins earlier and computes some of them again.
 *
 * <p>The compiler warns of whatever needs an incubator module, so the build compiles this class by itself; it is found by
 * name.
 */
final class VectorSparseProduct implements SparseProduct {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int VECTORS_AT_ONCE = 8;

    /** For layers narrower than a vector. */
    private static final VectorSpecies<Float> SHORT = FloatVector.SPECIES_128;

    private static final int SHORT_LANES = SHORT.length();
    private static final int SHORT_VECTORS_AT_ONCE = 4;

    @Override
    public void compute(Matrix target, Matrix left, SparseMatrix right) {
        int rows = target.rows();
        int row = 0;
        if (rows >= LANES) {
            // All columns of one block before the next block: of the left matrix, only so many rows then have to be in
            // a cache.
            for (; row + VECTORS_AT_ONCE * LANES <= rows; row += VECTORS_AT_ONCE * LANES) {
                computeBlock(target, left, right, row);
            }
            for (; row < rows; row += LANES) {
                computeVector(target, left, right, Math.min(row, rows - LANES));
            }
        } else if (rows >= SHORT_LANES && rows <= SHORT_VECTORS_AT_ONCE * SHORT_LANES) {
            computeShortVectors(target, left, right);
        } else {
            for (; row < rows; row++) {
                computeRow(target, left, right, row);
            }
        }
    }

    /** Rows {@code row} to {@code row} + 8 · lanes; longer than a method should be, so that sums are in registers. */
    private static void computeBlock(Matrix target, Matrix left, SparseMatrix right, int row) {
        int rows = target.rows();
        float[] terms = left.data();
        int[] indices = right.rowIndices();
        float[] factors = right.values();
        for (int column = 0; column < right.columns(); column++) {
            FloatVector s0 = FloatVector.zero(SPECIES);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            FloatVector s4 = s0;
            FloatVector s5 = s0;
            FloatVector s6 = s0;
            FloatVector s7 = s0;
            int end = right.start(column + 1);
            for (int i = right.start(column); i < end; i++) {
                int at = left.offset() + indices[i] * rows + row;
                FloatVector factor = FloatVector.broadcast(SPECIES, factors[i]);
                s0 = s0.add(FloatVector.fromArray(SPECIES, terms, at).mul(factor));
                s1 = s1.add(FloatVector.fromArray(SPECIES, terms, at + LANES).mul(factor));
                s2 = s2.add(
                        FloatVector.fromArray(SPECIES, terms, at + 2 * LANES).mul(factor));
                s3 = s3.add(
                        FloatVector.fromArray(SPECIES, terms, at + 3 * LANES).mul(factor));
                s4 = s4.add(
                        FloatVector.fromArray(SPECIES, terms, at + 4 * LANES).mul(factor));
                s5 = s5.add(
                        FloatVector.fromArray(SPECIES, terms, at + 5 * LANES).mul(factor));
                s6 = s6.add(
                        FloatVector.fromArray(SPECIES, terms, at + 6 * LANES).mul(factor));
                s7 = s7.add(
                        FloatVector.fromArray(SPECIES, terms, at + 7 * LANES).mul(factor));
            }
            int to = target.offset() + column * rows + row;
            s0.intoArray(target.data(), to);
            s1.intoArray(target.data(), to + LANES);
            s2.intoArray(target.data(), to + 2 * LANES);
            s3.intoArray(target.data(), to + 3 * LANES);
            s4.intoArray(target.data(), to + 4 * LANES);
            s5.intoArray(target.data(), to + 5 * LANES);
            s6.intoArray(target.data(), to + 6 * LANES);
            s7.intoArray(target.data(), to + 7 * LANES);
        }
    }

    private static void computeVector(Matrix target, Matrix left, SparseMatrix right, int row) {
        int rows = target.rows();
        for (int column = 0; column < right.columns(); column++) {
            FloatVector sum = FloatVector.zero(SPECIES);
            int end = right.start(column + 1);
            for (int i = right.start(column); i < end; i++) {
                int at = left.offset() + right.rowIndices()[i] * rows + row;
                sum = sum.add(FloatVector.fromArray(SPECIES, left.data(), at).mul(right.values()[i]));
            }
            sum.intoArray(target.data(), target.offset() + column * rows + row);
        }
    }

    /** All rows, 4 to 16 of them. */
    private static void computeShortVectors(Matrix target, Matrix left, SparseMatrix right) {
        int rows = target.rows();
        int last = rows - SHORT_LANES;
        int second = Math.min(SHORT_LANES, last);
        int third = Math.min(2 * SHORT_LANES, last);
        float[] terms = left.data();
        for (int column = 0; column < right.columns(); column++) {
            FloatVector s0 = FloatVector.zero(SHORT);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            int end = right.start(column + 1);
            for (int i = right.start(column); i < end; i++) {
                int at = left.offset() + right.rowIndices()[i] * rows;
                FloatVector factor = FloatVector.broadcast(SHORT, right.values()[i]);
                s0 = s0.add(FloatVector.fromArray(SHORT, terms, at).mul(factor));
                s1 = s1.add(FloatVector.fromArray(SHORT, terms, at + second).mul(factor));
                s2 = s2.add(FloatVector.fromArray(SHORT, terms, at + third).mul(factor));
                s3 = s3.add(FloatVector.fromArray(SHORT, terms, at + last).mul(factor));
            }
            int to = target.offset() + column * rows;
            s0.intoArray(target.data(), to);
            s1.intoArray(target.data(), to + second);
            s2.intoArray(target.data(), to + third);
            s3.intoArray(target.data(), to + last);
        }
    }

    private static void computeRow(Matrix target, Matrix left, SparseMatrix right, int row) {
        int rows = target.rows();
        for (int column = 0; column < right.columns(); column++) {
            float sum = 0;
            int end = right.start(column + 1);
            for (int i = right.start(column); i < end; i++) {
                sum += left.data()[left.offset() + right.rowIndices()[i] * rows + row] * right.values()[i];
            }
            target.data()[target.offset() + column * rows + row] = sum;
        }
    }
}
