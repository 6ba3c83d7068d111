package io.lockstep.distributed;

import io.lockstep.data.ShardedDataset;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;

/** The engines by name. */
public enum Engine {
    /** A Spark job a step. */
    AGGREGATE {
        @Override
        public StepEngine create(
                JavaSparkContext spark, ShardedDataset dataset, ShardComputation computation, FailFast tasks) {
            return new AggregateEngine(spark, dataset, computation);
        }
    },
    /** A Spark job an epoch, with tasks that stay. */
    RESIDENT {
        @Override
        public StepEngine create(
                JavaSparkContext spark, ShardedDataset dataset, ShardComputation computation, FailFast tasks) {
            return new ResidentEngine(spark, dataset, computation, tasks);
        }
    };

    /**
     * @param tasks tells failures that no other attempt can mend
     */
    public abstract StepEngine create(
            JavaSparkContext spark, ShardedDataset dataset, ShardComputation computation, FailFast tasks);

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
