package io.lockstep.data;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/** A labelled data set on a Hadoop file system, opened: its shape is known, its rows are not read yet. */
public interface DataSource {
    RowFormat format();

    /** The first of its files, for messages. */
    String place();

    /** The number of rows that the files promise. */
    long rowCount();

    default DataSize size() {
        long bytes = rowCount() * format().bytes();
        return new DataSize(rowCount(), bytes, bytes);
    }

    /**
     * The rows, each a new array laid out by {@link #format}, in any order.
     *
     * <p>A task that finds a file damaged fails with a {@link io.lockstep.LockstepException} of kind {@code DATA}.
     */
    JavaRDD<byte[]> rows(JavaSparkContext spark);
}
