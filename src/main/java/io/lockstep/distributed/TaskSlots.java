package io.lockstep.distributed;

import java.time.Duration;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;

/** How many tasks can run at once. */
public final class TaskSlots {
    private static final long CHECK_MILLIS = 100;

    private TaskSlots() {}

    /** The number now; Spark's own default parallelism never says less than two. */
    public static int count(JavaSparkContext spark) {
        SparkContext context = spark.sc();
        return context.maxNumConcurrentTasks(context.resourceProfileManager().defaultResourceProfile());
    }

    /**
     * Waits until so many tasks can run at once, as they will when the cluster replaces an executor that is lost; in local
     * mode nothing can change.
     *
     * @return how many can in the end, fewer if the limit has passed
     * @throws IllegalStateException if the context is stopped meanwhile
     */
    public static int await(JavaSparkContext spark, int needed, Duration limit) throws InterruptedException {
        return await(spark, needed, new Patience(limit));
    }

    static int await(JavaSparkContext spark, int needed, Patience patience) throws InterruptedException {
        int found = count(spark);
        while (found < needed && !spark.isLocal()) {
            if (spark.sc().isStopped()) {
                throw new IllegalStateException("the Spark context has stopped");
            }
            if (patience.isOver("cores for " + needed + " tasks at once, there are " + found)) {
                break;
            }
            // Spark says when executors come and go, but does not count for those who listen.
            Thread.sleep(CHECK_MILLIS);
            found = count(spark);
        }
        return found;
    }
}
