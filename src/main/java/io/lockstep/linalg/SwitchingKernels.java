package io.lockstep.linalg;

/** Plain Java first, and other kernels as soon as they are fast. */
record SwitchingKernels(WarmUp warmUp, Kernels first, Kernels then) implements Kernels {
    private Kernels current() {
        return warmUp.isDone() ? then : first;
    }

    @Override
    public void dense(Matrix target, Matrix left, Matrix right) {
        current().dense(target, left, right);
    }

    @Override
    public void sparse(Matrix target, Matrix left, SparseMatrix right) {
        current().sparse(target, left, right);
    }

    @Override
    public void addBias(Matrix target, float[] bias, int offset) {
        current().addBias(target, bias, offset);
    }

    @Override
    public void addBiasAndRectify(Matrix target, float[] bias, int offset) {
        current().addBiasAndRectify(target, bias, offset);
    }

    @Override
    public void sumRows(Matrix matrix, float[] sums, int offset) {
        current().sumRows(matrix, sums, offset);
    }

    @Override
    public void mask(Matrix target, float[] activations) {
        current().mask(target, activations);
    }

    @Override
    public void addSquares(float[] sums, float[] vector, int from, int rows) {
        current().addSquares(sums, vector, from, rows);
    }

    @Override
    public boolean areFinite(float[] vector, int from, int to) {
        return current().areFinite(vector, from, to);
    }
}
