package io.lockstep.distributed;

import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;

/** How many tasks can run at once. */
public final class TaskSlots {
    private static final int SETTLED_MILLIS = 2_000;
    private static final int LIMIT_MILLIS = 30_000;
    private static final int POLL_MILLIS = 50;

    private TaskSlots() {}

    /** The number now; Spark's own default parallelism never says less than two. */
    public static int count(JavaSparkContext spark) {
        SparkContext context = spark.sc();
        return context.maxNumConcurrentTasks(context.resourceProfileManager().defaultResourceProfile());
    }

    /**
     * Waits for a cluster to be complete, because the number of partitions is chosen from its cores. Returns when no
     * executor has joined for two seconds; at once in local mode, and after half a minute in any case.
     */
    public static void awaitExecutors(JavaSparkContext spark) throws InterruptedException {
        if (spark.isLocal()) {
            return;
        }
        int known = 0;
        int settledMillis = 0;
        for (int waited = 0; waited < LIMIT_MILLIS && settledMillis < SETTLED_MILLIS; waited += POLL_MILLIS) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            int found = spark.sc().getExecutorMemoryStatus().size() - 1; // without the driver
            settledMillis = found > 0 && found == known ? settledMillis + POLL_MILLIS : 0;
            known = found;
        }
    }
}
