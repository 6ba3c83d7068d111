package io.lockstep.data;

import io.lockstep.nn.Batch;
import java.util.function.IntUnaryOperator;

/**
 * Rows with all their bytes.
 *
 * @param bytes (row bytes × rows)
 */
record DenseRows(RowFormat format, byte[] bytes) implements ShardRows {
    @Override
    public int count() {
        return bytes.length / format.bytes();
    }

    @Override
    public int label(int row) {
        return format.label(bytes, row * format.bytes());
    }

    @Override
    public void gatherFeatures(IntUnaryOperator rowOf, int count, float featureScale, Batch batch) {
        int featureCount = format.featureCount();
        batch.resize(count);
        float[] features = batch.features();
        for (int example = 0; example < count; example++) {
            int from = rowOf.applyAsInt(example) * format.bytes();
            int to = example * featureCount;
            for (int i = 0; i < featureCount; i++) {
                features[to + i] = (bytes[from + i] & 0xff) * featureScale;
            }
        }
    }
}
