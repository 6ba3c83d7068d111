package io.lockstep.linalg;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products with sparse matrices as Lockstep computed them when it multiplied dense ones by OpenBLAS: by a
 * multiplication and an addition, which round twice. Only for layers whose outputs fill blocks of eight vectors.
 */
final class SparseByMultiplyAndAdd {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BLOCK = 8 * LANES;

    private SparseByMultiplyAndAdd() {}

    static void multiply(Matrix target, Matrix left, SparseMatrix right) {
        if (target.rows() % BLOCK != 0) {
            throw new IllegalArgumentException("expected a multiple of " + BLOCK + " rows, found " + target.rows());
        }
        for (int row = 0; row < target.rows(); row += BLOCK) {
            multiplyBlock(target, left, right, row);
        }
    }

    private static void multiplyBlock(Matrix target, Matrix left, SparseMatrix right, int row) {
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
}
