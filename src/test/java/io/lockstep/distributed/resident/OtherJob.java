package io.lockstep.distributed.resident;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;

/** A job of one task that holds a core, in local mode, until it is told to end. */
final class OtherJob implements AutoCloseable {
    private static volatile CountDownLatch running = new CountDownLatch(0);
    private static volatile CountDownLatch end = new CountDownLatch(0);

    private final JavaFutureAction<Void> job;

    private OtherJob(JavaFutureAction<Void> job) {
        this.job = job;
    }

    /** Returns when the task runs. */
    static OtherJob start(JavaSparkContext spark) throws InterruptedException {
        prepare();
        OtherJob job = new OtherJob(spark.parallelize(List.of(1), 1).foreachAsync(OtherJob::hold));
        running.await();
        return job;
    }

    /** Before a task of another job is to {@link #hold}. */
    static void prepare() {
        running = new CountDownLatch(1);
        end = new CountDownLatch(1);
    }

    /** Holds the task's core. */
    static int hold(int value) throws InterruptedException {
        running.countDown();
        end.await();
        return value;
    }

    static void end() {
        end.countDown();
    }

    void finish() {
        end();
    }

    @Override
    public void close() {
        finish();
        try {
            job.get();
        } catch (InterruptedException | ExecutionException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
