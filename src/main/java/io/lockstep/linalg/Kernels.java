package io.lockstep.linalg;

/**
 * Ways to compute a product. All give the same bits, those of {@link ExactProducts}: they differ only in which numbers
 * they compute side by side, and in which order they read them.
 */
interface Kernels {
    /**
     * target ← left · right.
     *
     * @param left not transposed
     */
    void dense(Matrix target, Matrix left, Matrix right);

    /**
     * target ← left · right.
     *
     * @param left not transposed
     */
    void sparse(Matrix target, Matrix left, SparseMatrix right);

    /** As {@link Products#addBias}. */
    void addBias(Matrix target, float[] bias, int offset);

    /** As {@link Products#addBiasAndRectify}. */
    void addBiasAndRectify(Matrix target, float[] bias, int offset);

    /** As {@link Products#sumRows}. */
    void sumRows(Matrix matrix, float[] sums, int offset);

    /** As {@link Products#mask}. */
    void mask(Matrix target, float[] activations);

    /**
     * Squares of a part of a vector, in lanes side by side: sums[i] ← sums[i] + vector[from + row · n + i]² for one row
     * after the other, where n is the number of sums. Unlike the methods above, for any number of threads at a time.
     *
     * @param sums as many as a power of two, 256 or more
     */
    void addSquares(float[] sums, float[] vector, int from, int rows);

    /** Whether all numbers of a part of a vector are finite; also for any number of threads at a time. */
    boolean areFinite(float[] vector, int from, int to);
}
