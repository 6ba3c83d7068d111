package io.lockstep.distributed;

import io.lockstep.LockstepException;
import io.lockstep.data.ShardedDataset;
import java.time.Duration;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** A kind of engine: prepares a Spark context for it, says whether it can run a training, and creates it. */
public interface EngineFactory {
    /**
     * A reason not to use an engine.
     *
     * @param option of the command line or of Spark that is at fault
     * @param advice for the user, in the imperative
     */
    record Obstacle(String option, String expected, String found, String advice) {
        /** The failure for a user who has asked for this engine. */
        public LockstepException refusal() {
            return LockstepException.configuration(
                    option + ": expected " + expected + ", found " + found + "; " + advice);
        }
    }

    /** As on the command line. */
    String name();

    /** Whether tasks of a step may wait for others of it to end, so that there can be more of them than cores. */
    default boolean allowsWaitingTasks() {
        return false;
    }

    /** Adds what the engine needs to the configuration of a context that is yet to be created. */
    default void configure(SparkConf conf) {}

    /**
     * Why the engine cannot run a training; empty if it can.
     *
     * @param patience how long a shortage that may pass is waited for
     */
    Optional<Obstacle> obstacle(JavaSparkContext spark, ShardedDataset dataset, int parameterCount, Duration patience)
            throws InterruptedException;

    /** Why another engine would be better, although this one can run the training; empty if it would not. */
    default Optional<Obstacle> drawback(JavaSparkContext spark, ShardedDataset dataset) {
        return Optional.empty();
    }

    /** How weights and gradients travel and why, in words for the user; empty if there is nothing to choose. */
    default Optional<String> exchange(
            JavaSparkContext spark, ShardedDataset dataset, int parameterCount, ExchangeChoice choice) {
        return Optional.empty();
    }

    /**
     * @param jobs over the shards to train on, for as long as the engine is in use
     * @param tasks knows the failures that no other attempt can fix
     * @param exchange for an engine that has a choice
     */
    StepEngine create(ShardJobs jobs, FailFast tasks, ExchangeChoice exchange);
}
