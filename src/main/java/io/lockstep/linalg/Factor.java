package io.lockstep.linalg;

/** The right factor of a product: a {@code Matrix}, or a {@code SparseMatrix} whose zeros are not stored. */
public interface Factor {
    int rows();

    int columns();

    /** The transpose; it holds until this matrix changes. */
    Factor transposed();
}
