package io.lockstep.linalg;

import java.util.Arrays;

/** In plain Java, a column at a time in arrays of its own: Java 17 vectorises loops over whole arrays only. */
final class PlainSparseProduct implements SparseProduct {
    @Override
    public void compute(Matrix target, Matrix left, SparseMatrix right) {
        int rows = target.rows();
        float[] sum = new float[rows];
        float[] addend = new float[rows];
        for (int column = 0; column < right.columns(); column++) {
            Arrays.fill(sum, 0f);
            for (int i = right.start(column); i < right.start(column + 1); i++) {
                System.arraycopy(left.data(), left.offset() + right.rowIndices()[i] * rows, addend, 0, rows);
                Vectors.addMultipleInPlace(sum, right.values()[i], addend);
            }
            System.arraycopy(sum, 0, target.data(), target.offset() + column * rows, rows);
        }
    }
}
