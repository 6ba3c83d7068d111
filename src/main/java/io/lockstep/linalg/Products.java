package io.lockstep.linalg;

/**
 * Multiplies matrices in one {@link Arithmetic}, and does what a layer does to a product. It has memory of its own, so
 * it belongs to one thread at a time. Targets are never transposed.
 */
public interface Products {
    /**
     * target ← left · right, in single precision.
     *
     * @param target (rows × columns), not transposed; shares no memory with the factors
     * @param left (rows × k), may be transposed unless {@code right} is sparse
     * @param right (k × columns), may be transposed
     * @throws IllegalArgumentException if the shapes do not fit, or what may not be transposed is
     */
    default void multiply(Matrix target, Matrix left, Factor right) {
        int inner = left.columns();
        if (target.isTransposed()
                || left.rows() != target.rows()
                || right.columns() != target.columns()
                || right.rows() != inner) {
            throw new IllegalArgumentException("cannot write (" + left.rows() + " × " + inner + ") · (" + right.rows()
                    + " × " + right.columns() + ") into (" + target.rows() + " × " + target.columns() + ")");
        }
        if (right instanceof SparseMatrix sparse) {
            if (left.isTransposed()) {
                throw new IllegalArgumentException("a transpose cannot be multiplied by a sparse matrix");
            }
            sparse(target, left, sparse);
        } else if (target.columns() > 0) {
            dense(target, left, (Matrix) right);
        }
    }

    /** As {@link #multiply}, of shapes that fit. */
    void dense(Matrix target, Matrix left, Matrix right);

    /** As {@link #multiply}, of shapes that fit. */
    void sparse(Matrix target, Matrix left, SparseMatrix right);

    /**
     * Adds a bias to every column, in place.
     *
     * @param bias of each row, from {@code offset} on
     */
    void addBias(Matrix target, float[] bias, int offset);

    /** As {@link #addBias}, and then z ← max(z, 0). NaN stays NaN, so that a diverged network cannot look healthy. */
    void addBiasAndRectify(Matrix target, float[] bias, int offset);

    /** Writes the sum of each row, in the order of columns, to {@code sums} from {@code offset} on. */
    void sumRows(Matrix matrix, float[] sums, int offset);

    /**
     * delta ← delta ⊙ [activation &gt; 0], in place.
     *
     * @param activations laid out as the target
     */
    void mask(Matrix target, float[] activations);
}
