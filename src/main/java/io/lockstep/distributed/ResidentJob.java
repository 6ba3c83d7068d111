package io.lockstep.distributed;

import io.lockstep.Stopwatch;
import io.lockstep.distributed.StepEngine.Step;
import io.lockstep.linalg.Workers;
import io.lockstep.metrics.StepTimes;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;

/** The Spark job of resident tasks of one epoch, on a thread of its own, and the session that they talk to. */
final class ResidentJob implements AutoCloseable {
    /** How long tasks that are told to end may take before they are cancelled. */
    private static final long END_MILLIS = 1000;

    private final JavaSparkContext spark;
    private final ResidentSession session;
    private final int epoch;
    private final Thread thread;
    private long next = -1;

    /** Not the session's number, which is not for everyone who may look at Spark's jobs. */
    private final String group = "lockstep-resident-" + UUID.randomUUID();

    private ResidentJob(JavaSparkContext spark, ResidentSession session, int epoch, Runnable job) {
        this.spark = spark;
        this.session = session;
        this.epoch = epoch;
        this.thread = new Thread(
                () -> {
                    try {
                        spark.setJobGroup(group, "resident tasks of epoch " + (epoch + 1), false);
                        job.run();
                        session.fail(new IllegalStateException("the tasks have ended before the epoch"));
                    } catch (Throwable failure) { // Scala declares nothing
                        session.fail(failure);
                    }
                },
                "lockstep-resident-job");
        thread.setDaemon(true);
    }

    static ResidentJob start(JavaSparkContext spark, ResidentSession session, int epoch, Runnable work) {
        ResidentJob job = new ResidentJob(spark, session, epoch, work);
        job.thread.start();
        return job;
    }

    boolean continuesWith(int otherEpoch, long step) {
        return otherEpoch == epoch && (next == -1 || step == next);
    }

    /** Empty if the job has failed. */
    Optional<Step> compute(float[] parameters, long step) {
        Stopwatch whole = Stopwatch.start();
        session.publish(step, parameters);
        double handing = whole.seconds();
        try {
            Optional<Gradients> sum = session.awaitSum();
            next = step + 1;
            return sum.map(all -> step(all, handing, whole.seconds()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for gradients", interrupted);
        }
    }

    private static Step step(Gradients sum, double handing, double whole) {
        TaskSeconds seconds = sum.seconds();
        StepTimes times =
                new StepTimes(handing, whole - handing - seconds.slowest(), seconds.mean(), seconds.slowest(), 0);
        return new Step(sum.tree().total(), times);
    }

    Workers workers() {
        return session::share;
    }

    Throwable failure() {
        return session.failure().orElseThrow();
    }

    /** Lets the tasks end, and waits until they have; those that do not are cancelled. */
    @Override
    public void close() {
        session.close();
        try {
            thread.join(END_MILLIS);
            if (thread.isAlive()) {
                spark.sc().cancelJobGroup(group);
                thread.join();
            }
        } catch (InterruptedException interrupted) {
            spark.sc().cancelJobGroup(group);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while tasks end", interrupted);
        }
    }
}
