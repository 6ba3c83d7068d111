package io.lockstep.distributed;

import io.lockstep.LockstepException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.SparkContext$;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * Ends the jobs of one thread, and of the threads that it starts, as soon as a task of theirs fails for a reason that
 * no retry can fix: bad data, or a bug of ours. Spark by itself would try four times and then report the last attempt
 * under a wrapper. Other jobs of the same context are none of its business.
 */
public final class FailFast extends SparkListener implements AutoCloseable {
    /** What a bug looks like. From elsewhere than our code the same may be an executor that is shutting down. */
    private static final List<Class<? extends Throwable>> BUGS = List.of(
            ArithmeticException.class,
            ClassCastException.class,
            IllegalArgumentException.class,
            IllegalStateException.class,
            IndexOutOfBoundsException.class,
            NegativeArraySizeException.class,
            NullPointerException.class);

    private static final String TAGS = SparkContext$.MODULE$.SPARK_JOB_TAGS();

    private final JavaSparkContext spark;

    /** Spark hands a thread's tags to its jobs and to the threads that it starts. */
    private final String tag = "lockstep-" + UUID.randomUUID();

    private final Set<Integer> stages = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Throwable> firstCause = new AtomicReference<>();
    private boolean closed; // guarded by this

    private FailFast(JavaSparkContext spark) {
        this.spark = spark;
    }

    /** Watches the jobs that this thread starts until the same thread closes it. */
    public static FailFast watch(JavaSparkContext spark) {
        FailFast watch = new FailFast(spark);
        spark.addJobTag(watch.tag);
        spark.sc().addSparkListener(watch);
        return watch;
    }

    /**
     * The task's failure that ended the jobs, if one did.
     *
     * @param failure what the driver saw of it, which is the answer otherwise
     */
    public Exception firstCauseOf(Exception failure) {
        Throwable cause = firstCause.get();
        if (cause == null) {
            return failure;
        }
        return cause instanceof Exception first ? first : new IllegalStateException("a task failed: " + cause, cause);
    }

    /** The task's failure that ended the jobs, if one did. */
    public Optional<Throwable> firstCause() {
        return Optional.ofNullable(firstCause.get());
    }

    @Override
    public void onJobStart(SparkListenerJobStart start) {
        if (start.properties() != null
                && List.of(start.properties().getProperty(TAGS, "").split(",")).contains(tag)) {
            start.stageInfos().foreach(stage -> stages.add(stage.stageId()));
        }
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
        if (stages.contains(end.stageId())
                && end.reason() instanceof ExceptionFailure failure
                && failure.exception().isDefined()) {
            Throwable cause = failure.exception().get();
            if (isPermanent(cause) && firstCause.compareAndSet(null, cause)) {
                cancel();
            }
        }
    }

    /** Spark tells of tasks later, and by then the context may have stopped, which cancels nothing any more. */
    private synchronized void cancel() {
        if (!closed) {
            spark.cancelJobsWithTag(tag);
        }
    }

    @Override
    public void close() {
        spark.removeJobTag(tag);
        synchronized (this) {
            closed = true;
        }
        spark.sc().removeSparkListener(this);
    }

    static boolean isPermanent(Throwable cause) {
        if (LockstepException.within(cause).isPresent() || cause.getClass() == OutOfMemoryError.class) {
            return true;
        }
        boolean ours = Arrays.stream(cause.getStackTrace())
                .map(StackTraceElement::getClassName)
                .filter(name -> !name.startsWith("java.") && !name.startsWith("jdk."))
                .findFirst()
                .filter(name -> name.startsWith("io.lockstep."))
                .isPresent();
        return ours && BUGS.stream().anyMatch(bug -> bug.isInstance(cause));
    }
}
