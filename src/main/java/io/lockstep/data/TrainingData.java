package io.lockstep.data;

import io.lockstep.linalg.Arithmetic;
import java.util.OptionalInt;
import java.util.function.Function;
import org.apache.spark.api.java.JavaSparkContext;

/** Labelled data to train and judge on, found but not read yet. */
public interface TrainingData {
    /**
     * Reads the data, prepares, shards and caches them, and checks that they can be trained on.
     *
     * @param sharding for training rows of a size
     * @param arithmetic of the training, for the report of what the executors compute with
     * @throws io.lockstep.LockstepException of kind {@code DATA}, as such or, when a task found the fault, as the cause
     *     of Spark's own
     */
    ShardedDataset load(JavaSparkContext spark, Function<DataSize, Sharding> sharding, Arithmetic arithmetic);

    /** The inputs of the network, if that is known before the rows are read. */
    OptionalInt featureCount();
}
