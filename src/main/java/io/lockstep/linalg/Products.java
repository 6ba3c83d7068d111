package io.lockstep.linalg;

/** Multiplies matrices in one {@link Arithmetic}. It has memory of its own, so it belongs to one thread at a time. */
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
}
