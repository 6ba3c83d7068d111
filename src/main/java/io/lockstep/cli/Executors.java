package io.lockstep.cli;

import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;

/** Waits for a cluster to be complete, because the number of partitions is chosen from its cores. */
final class Executors {
    private static final int SETTLED_MILLIS = 2_000;
    private static final int LIMIT_MILLIS = 30_000;
    private static final int POLL_MILLIS = 50;

    private Executors() {}

    /** Returns when no executor has joined for two seconds; at once in local mode, and after half a minute in any case. */
    static void awaitRegistration(JavaSparkContext spark) throws InterruptedException {
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
