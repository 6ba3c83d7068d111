package io.lockstep.linalg;

import breeze.generic.UFunc.UImpl2;
import breeze.linalg.DenseMatrix;
import breeze.linalg.operators.HasOps$;
import breeze.linalg.operators.OpMulMatrix$;
import dev.ludovic.netlib.blas.BLAS;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Products of Breeze's matrices, computed by the BLAS that netlib finds; sparse factors by {@link ExactProducts}. */
final class BreezeProducts implements Products {
    private static final UImpl2<OpMulMatrix$, DenseMatrix<Object>, DenseMatrix<Object>, DenseMatrix<Object>> TIMES =
            HasOps$.MODULE$.impl_OpMulMatrix_DM_DM_eq_DM_Float();

    private static final Logger LOG = LoggerFactory.getLogger(BreezeProducts.class);
    private static final String JAVA_VECTORS = "VectorBLAS";
    private static final int LAST_JAVA_WITH_ORDERED_SUMS = 17;

    static {
        int java = Runtime.version().feature();
        if (library().equals(JAVA_VECTORS) && java > LAST_JAVA_WITH_ORDERED_SUMS) {
            LOG.warn(
                    "--arithmetic breeze: there is no BLAS on this machine, and netlib's own, {}, sums in no fixed order with"
                            + " Java {}: the same run may give other bits",
                    JAVA_VECTORS,
                    java);
        }
    }

    private final Products exact = new ExactProducts(ExactKernels.create());

    /** The class with which netlib calls a library, or computes itself. */
    static String library() {
        return BLAS.getInstance().getClass().getSimpleName();
    }

    @Override
    public void dense(Matrix target, Matrix left, Matrix right) {
        float[] product = (float[]) TIMES.apply(view(left), view(right)).data();
        System.arraycopy(product, 0, target.data(), target.offset(), target.rows() * target.columns());
    }

    /** Breeze has no product of a dense and a sparse matrix of floats that takes no zeros. */
    @Override
    public void sparse(Matrix target, Matrix left, SparseMatrix right) {
        exact.sparse(target, left, right);
    }

    @Override
    public void addBias(Matrix target, float[] bias, int offset) {
        exact.addBias(target, bias, offset);
    }

    @Override
    public void addBiasAndRectify(Matrix target, float[] bias, int offset) {
        exact.addBiasAndRectify(target, bias, offset);
    }

    @Override
    public void sumRows(Matrix matrix, float[] sums, int offset) {
        exact.sumRows(matrix, sums, offset);
    }

    @Override
    public void mask(Matrix target, float[] activations) {
        exact.mask(target, activations);
    }

    private static DenseMatrix<Object> view(Matrix matrix) {
        int stride = Math.max(matrix.rowStride(), matrix.columnStride());
        return DenseMatrix.create(
                matrix.rows(), matrix.columns(), matrix.data(), matrix.offset(), stride, matrix.isTransposed());
    }
}
