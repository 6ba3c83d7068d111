package io.lockstep.linalg;

import breeze.linalg.DenseMatrix;

/**
 * A view of part of a float array as a column-major matrix; it copies nothing. One example is one column, so the
 * features of an example are contiguous.
 */
public final class Matrix implements Factor {
    private final DenseMatrix<Object> view;
    private final float[] data;

    private Matrix(float[] data, DenseMatrix<Object> view) {
        this.data = data;
        this.view = view;
    }

    /**
     * Views {@code data[offset … offset + rows · columns)} as a matrix.
     *
     * @throws IllegalArgumentException if the array is too short
     */
    public static Matrix view(float[] data, int offset, int rows, int columns) {
        if (offset < 0 || rows < 1 || columns < 0 || offset + (long) rows * columns > data.length) {
            throw new IllegalArgumentException("expected an array that holds " + rows + " × " + columns + " from "
                    + offset + ", found length " + data.length);
        }
        return new Matrix(data, DenseMatrix.create(rows, columns, data, offset, rows, false));
    }

    /** The transpose, as a view of the same numbers. */
    @Override
    public Matrix transposed() {
        return new Matrix(
                data,
                DenseMatrix.create(columns(), rows(), data, view.offset(), view.majorStride(), !view.isTranspose()));
    }

    @Override
    public int rows() {
        return view.rows();
    }

    @Override
    public int columns() {
        return view.cols();
    }

    /**
     * Writes left · right into this matrix, in single precision: by the {@code sgemm} of a library or, if {@code right} is
     * sparse, without its zeros.
     *
     * @param left (rows × k), may be transposed unless {@code right} is sparse
     * @param right (k × columns), may be transposed
     * @throws IllegalArgumentException if the shapes do not fit, or what may not be transposed is
     */
    public void setToProduct(Matrix left, Factor right, Blas blas) {
        int inner = left.columns();
        if (view.isTranspose() || left.rows() != rows() || right.columns() != columns() || right.rows() != inner) {
            throw new IllegalArgumentException("cannot write (" + left.rows() + " × " + inner + ") · (" + right.rows()
                    + " × " + right.columns() + ") into (" + rows() + " × " + columns() + ")");
        }
        if (right instanceof SparseMatrix sparse) {
            if (left.view.isTranspose()) {
                throw new IllegalArgumentException("a transpose cannot be multiplied by a sparse matrix");
            }
            SparseProducts.FASTEST.compute(this, left, sparse);
        } else if (columns() > 0) {
            sgemm(left, (Matrix) right, blas);
        }
    }

    private void sgemm(Matrix left, Matrix right, Blas blas) {
        blas.library()
                .sgemm(
                        left.transposition(),
                        right.transposition(),
                        rows(),
                        columns(),
                        left.columns(),
                        1f,
                        left.data,
                        left.offset(),
                        left.view.majorStride(),
                        right.data,
                        right.offset(),
                        right.view.majorStride(),
                        0f,
                        data,
                        offset(),
                        view.majorStride());
    }

    float[] data() {
        return data;
    }

    /** Index of the first number in {@link #data}. */
    int offset() {
        return view.offset();
    }

    private String transposition() {
        return view.isTranspose() ? "T" : "N";
    }
}
