package io.lockstep.data;

import io.lockstep.nn.Batch;
import java.io.Serializable;
import java.util.function.IntUnaryOperator;

/** The rows of a shard in memory. */
interface ShardRows extends Serializable {
    int count();

    int label(int row);

    /** Positive; 1 where rows have no weights. */
    default float weight(int row) {
        return 1;
    }

    /**
     * Sets the features of a batch.
     *
     * @param rowOf the row of each example of the batch
     * @param count of examples
     */
    void gatherFeatures(IntUnaryOperator rowOf, int count, float featureScale, Batch batch);
}
