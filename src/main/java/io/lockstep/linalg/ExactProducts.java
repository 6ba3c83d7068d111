package io.lockstep.linalg;

/**
 * Products whose bits are the same on every machine. Each element of C = A·B is the chain
 *
 * <pre>
 * c ← +0;  for k = 0, 1, …:  c ← fma(a[i,k], b[k,j], c);  and at the end −0 becomes +0
 * </pre>
 *
 * of fused multiply-adds, each with one rounding. Nothing else of a computation has a say: the order in which elements
 * are computed, the width of vectors, the compiler. Terms in which a finite number is multiplied by 0 may be left out,
 * so that sparse and dense factors give equal bits: such a term changes nothing but the sign of a zero, and the end
 * makes that +.
 *
 * <p>The chain is not cut: see docs/arithmetic.md, which also says how a product is computed.
 */
final class ExactProducts implements Products {
    /** Rows of which there are too few to fill vectors; then columns may. */
    private static final int FEW_ROWS = 16;

    private final Kernels kernels;
    private final Scratch copy = new Scratch();
    private final Scratch transposedProduct = new Scratch();

    ExactProducts(Kernels kernels) {
        this.kernels = kernels;
    }

    @Override
    public void sparse(Matrix target, Matrix left, SparseMatrix right) {
        kernels.sparse(target, left, right);
    }

    /** Kernels take a left factor that is not transposed: either it is copied, or Cᵀ = Bᵀ·Aᵀ is computed. */
    @Override
    public void dense(Matrix target, Matrix left, Matrix right) {
        if (isTransposePreferable(left, right)) {
            Matrix product = scratch(transposedProduct, target.columns(), target.rows());
            kernels.dense(product, upright(right.transposed()), left.transposed());
            product.transposed().copyTo(target);
        } else {
            kernels.dense(target, upright(left), right);
        }
    }

    @Override
    public void addBias(Matrix target, float[] bias, int offset) {
        kernels.addBias(target, bias, offset);
    }

    @Override
    public void addBiasAndRectify(Matrix target, float[] bias, int offset) {
        kernels.addBiasAndRectify(target, bias, offset);
    }

    @Override
    public void sumRows(Matrix matrix, float[] sums, int offset) {
        kernels.sumRows(matrix, sums, offset);
    }

    @Override
    public void mask(Matrix target, float[] activations) {
        kernels.mask(target, activations);
    }

    private static boolean isTransposePreferable(Matrix left, Matrix right) {
        long product = (long) left.rows() * right.columns();
        long ofLeft = left.isTransposed() ? left.numbers() : 0;
        long ofRight = right.isTransposed() ? 0 : right.numbers();
        boolean fewRows = left.rows() < FEW_ROWS && right.columns() >= FEW_ROWS;
        return fewRows ? ofRight == 0 : ofLeft > ofRight + product;
    }

    private Matrix upright(Matrix matrix) {
        if (!matrix.isTransposed()) {
            return matrix;
        }
        Matrix upright = scratch(copy, matrix.rows(), matrix.columns());
        matrix.copyTo(upright);
        return upright;
    }

    private static Matrix scratch(Scratch memory, int rows, int columns) {
        return Matrix.view(memory.atLeast(Math.multiplyExact(rows, columns)), 0, rows, columns);
    }
}
