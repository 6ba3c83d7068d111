package io.lockstep.linalg;

/**
 * Computes the product of a matrix with one of mostly zeros: column j of the target is Σ_k right_kj · (column k of left). All
 * implementations give the same bits, see {@link SparseMatrix}.
 */
interface SparseProduct {
    /** target ← left · right, of shapes that fit; neither {@code target} nor {@code left} is a transpose. */
    void compute(Matrix target, Matrix left, SparseMatrix right);
}
