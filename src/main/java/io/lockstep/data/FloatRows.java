package io.lockstep.data;

import io.lockstep.linalg.SparseMatrix;
import io.lockstep.nn.Batch;
import java.util.function.IntUnaryOperator;

/**
 * Prepared rows of a table: inputs, or only those other than 0, as floats. A row's label is the number of its class.
 *
 * @param inputCount of a row
 * @param indices the input of each value, ascending within a row; null if each row has all
 * @param values row after row
 * @param ends index after the last value of each row; null if each row has all
 * @param classes of the rows
 * @param weights of the rows
 */
record FloatRows(int inputCount, int[] indices, float[] values, int[] ends, int[] classes, float[] weights)
        implements ShardRows {
    @Override
    public int count() {
        return classes.length;
    }

    @Override
    public int label(int row) {
        return classes[row];
    }

    @Override
    public float weight(int row) {
        return weights[row];
    }

    @Override
    public void gatherFeatures(IntUnaryOperator rowOf, int count, float featureScale, Batch batch) {
        if (indices == null) {
            batch.resize(count);
            for (int example = 0; example < count; example++) {
                System.arraycopy(
                        values,
                        rowOf.applyAsInt(example) * inputCount,
                        batch.features(),
                        example * inputCount,
                        inputCount);
            }
        } else {
            SparseMatrix nonZeros = batch.resizeSparse(count);
            for (int example = 0; example < count; example++) {
                int row = rowOf.applyAsInt(example);
                nonZeros.appendColumn();
                for (int i = row == 0 ? 0 : ends[row - 1]; i < ends[row]; i++) {
                    nonZeros.append(indices[i], values[i]);
                }
            }
        }
    }
}
