package io.lockstep.linalg;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.NativeBLAS;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Products as Lockstep computed them before {@link ExactProducts}: dense ones by OpenBLAS through netlib, on one
 * thread; sparse ones by {@link SparseByMultiplyAndAdd}.
 */
public final class OpenBlasProducts implements Products {
    private static final String NETLIB_LIBRARY_PATH = "dev.ludovic.netlib.blas.nativeLibPath";
    private static final String KERNEL_VARIABLE = "OPENBLAS_CORETYPE";
    private static final String LIBRARY = "openblas_nolapack@.0";
    private static final BLAS OPENBLAS = load();

    private final Products exact = Arithmetic.EXACT.products();

    /** netlib is told where JavaCPP has unpacked the library, so that both share it. */
    private static BLAS load() {
        Loader.load(openblas_nolapack.class);
        System.setProperty(NETLIB_LIBRARY_PATH, Loader.getLoadedLibraries().get(LIBRARY));
        org.bytedeco.openblas.presets.openblas_nolapack.blas_set_num_threads(1);
        return NativeBLAS.getInstance();
    }

    /** Loads the library; version and kernel. */
    public static String description() {
        String kernel = System.getenv(KERNEL_VARIABLE);
        return openblas_nolapack.OPENBLAS_VERSION.strip() + ", kernel "
                + (kernel == null ? "of the processor" : kernel);
    }

    @Override
    public void dense(Matrix target, Matrix left, Matrix right) {
        OPENBLAS.sgemm(
                transposition(left),
                transposition(right),
                target.rows(),
                target.columns(),
                left.columns(),
                1f,
                left.data(),
                left.offset(),
                stride(left),
                right.data(),
                right.offset(),
                stride(right),
                0f,
                target.data(),
                target.offset(),
                target.rows());
    }

    private static String transposition(Matrix matrix) {
        return matrix.isTransposed() ? "T" : "N";
    }

    private static int stride(Matrix matrix) {
        return matrix.isTransposed() ? matrix.columns() : matrix.rows();
    }

    @Override
    public void sparse(Matrix target, Matrix left, SparseMatrix right) {
        SparseByMultiplyAndAdd.multiply(target, left, right);
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
}
