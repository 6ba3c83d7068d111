package io.lockstep.nn;

import io.lockstep.linalg.Factor;
import io.lockstep.linalg.Matrix;
import io.lockstep.linalg.SparseMatrix;
import java.util.Arrays;

/**
 * Examples side by side, one a column, in buffers that grow as needed and are reused. Their features are either all
 * written, or only those other than 0. Each example weighs 1 unless its weight is written.
 */
public final class Batch {
    private final int featureCount;
    private float[] features = new float[0]; // (features × rows)
    private final SparseMatrix nonZeros; // (features × rows)
    private boolean sparse;
    private int[] labels = new int[0];
    private float[] weights = new float[0];
    private int rows;

    public Batch(int featureCount) {
        this.featureCount = featureCount;
        this.nonZeros = new SparseMatrix(featureCount);
    }

    /**
     * Makes room for {@code rows} examples that weigh 1; the caller then writes {@link #features} and {@link #labels},
     * and other {@link #weights} where there are any.
     */
    public void resize(int rows) {
        if (features.length < Math.multiplyExact(featureCount, rows)) {
            features = new float[featureCount * rows];
        }
        sparse = false;
        resizeExamples(rows);
    }

    /**
     * Makes room for {@code rows} examples that weigh 1; the caller then writes {@link #labels}, and other
     * {@link #weights} where there are any, and appends the features other than 0, a column an example.
     *
     * @return where to append, still without columns
     */
    public SparseMatrix resizeSparse(int rows) {
        nonZeros.clear();
        sparse = true;
        resizeExamples(rows);
        return nonZeros;
    }

    /** The same examples without the zeros among their features. */
    Batch withoutZeros() {
        Batch copy = new Batch(featureCount);
        copyWithoutZeros(copy);
        return copy;
    }

    /** Sets another batch to the same examples without the zeros among their features. */
    void copyWithoutZeros(Batch target) {
        SparseMatrix nonZeros = target.resizeSparse(rows);
        for (int row = 0; row < rows; row++) {
            nonZeros.appendColumn();
            for (int feature = 0; feature < featureCount; feature++) {
                float value = features()[row * featureCount + feature];
                if (value != 0) {
                    nonZeros.append(feature, value);
                }
            }
        }
        System.arraycopy(labels, 0, target.labels, 0, rows);
        System.arraycopy(weights, 0, target.weights, 0, rows);
    }

    public int featureCount() {
        return featureCount;
    }

    public int rows() {
        return rows;
    }

    /**
     * The features of the examples, (features × rows) from index 0; may be longer than that.
     *
     * @throws IllegalStateException if zeros are left out
     */
    public float[] features() {
        if (sparse) {
            throw new IllegalStateException("expected a batch with all its features, found one without zeros");
        }
        return features;
    }

    /** A copy of the features of one example, with its zeros. */
    public float[] featuresOf(int row) {
        return sparse
                ? nonZeros.column(row)
                : Arrays.copyOfRange(features, row * featureCount, (row + 1) * featureCount);
    }

    /** The class of each example, in [0, classes); may be longer than {@link #rows}. */
    public int[] labels() {
        return labels;
    }

    /** The weight of each example, finite and from 0; may be longer than {@link #rows}. */
    public float[] weights() {
        return weights;
    }

    /** X (features × rows). */
    public Factor inputs() {
        return sparse ? nonZeros : Matrix.view(features, 0, featureCount, rows);
    }

    private void resizeExamples(int rows) {
        if (labels.length < rows) {
            labels = new int[rows];
            weights = new float[rows];
        }
        Arrays.fill(weights, 0, rows, 1f);
        this.rows = rows;
    }
}
