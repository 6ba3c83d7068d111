package io.lockstep.cli;

import java.io.IOException;
import org.apache.spark.sql.SparkSession;

/** A Spark session between commands, which have sessions of their own. */
final class WithSpark {
    /** What is done with it. */
    @FunctionalInterface
    interface Work {
        void with(SparkSession spark) throws IOException;
    }

    private WithSpark() {}

    static void run(Work work) throws IOException {
        SparkSession spark = SparkSession.builder().master("local[1]").getOrCreate();
        try {
            work.with(spark);
        } finally {
            spark.stop();
        }
    }
}
