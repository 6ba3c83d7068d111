package io.lockstep.linalg;

/** The right factor of a product: a matrix whose numbers are all stored, or only those other than 0. */
public sealed interface Factor permits Matrix, SparseMatrix {
    int rows();

    int columns();

    /** The transpose; it holds until this matrix changes. */
    Factor transposed();
}
