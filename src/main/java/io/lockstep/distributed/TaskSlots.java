package io.lockstep.distributed;

import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;

/** How many tasks can run at once. */
public final class TaskSlots {
    private static final int SETTLED_MILLIS = 2_000;
    private static final int INCOMPLETE_MILLIS = 10_000;
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
     * executor has joined for two seconds, or for ten if more were asked for than there are; at once in local mode, and
     * after half a minute in any case.
     */
    public static void awaitExecutors(JavaSparkContext spark) throws InterruptedException {
        if (spark.isLocal()) {
            return;
        }
        int known = 0;
        int settledMillis = 0;
        for (int waited = 0; waited < LIMIT_MILLIS; waited += POLL_MILLIS) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            int found = spark.sc().getExecutorMemoryStatus().size() - 1; // without the driver
            settledMillis = found > 0 && found == known ? settledMillis + POLL_MILLIS : 0;
            known = found;
            boolean complete = isComplete(spark.sc().conf(), found, count(spark));
            if (settledMillis >= (complete ? SETTLED_MILLIS : INCOMPLETE_MILLIS)) {
                return;
            }
        }
    }

    /** Whether there is what a configuration asks for; true if it does not say how much, or lets Spark decide. */
    static boolean isComplete(SparkConf conf, int executors, int slots) {
        if (conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
            return true;
        }
        boolean standalone = conf.get("spark.master", "").startsWith("spark://");
        int cores = standalone ? conf.getInt("spark.cores.max", 0) : 0;
        int used =
                cores - cores % conf.getInt("spark.executor.cores", 1); // an executor has all of its cores, or is not
        return executors >= conf.getInt("spark.executor.instances", 0)
                && slots >= used / conf.getInt("spark.task.cpus", 1);
    }
}
