package io.lockstep.distributed;

import io.lockstep.LockstepException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * Ends all jobs as soon as a task fails for a reason that no retry can fix: bad data, or a bug of ours. Spark by itself
 * would try four times and then report the last attempt under a wrapper.
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

    private final JavaSparkContext spark;
    private final AtomicReference<Throwable> firstCause = new AtomicReference<>();

    private FailFast(JavaSparkContext spark) {
        this.spark = spark;
    }

    /** Watches all jobs of a context until it is closed. */
    public static FailFast watch(JavaSparkContext spark) {
        FailFast watch = new FailFast(spark);
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
    public void onTaskEnd(SparkListenerTaskEnd end) {
        if (end.reason() instanceof ExceptionFailure failure
                && failure.exception().isDefined()) {
            Throwable cause = failure.exception().get();
            if (isPermanent(cause) && firstCause.compareAndSet(null, cause)) {
                spark.sc().cancelAllJobs();
            }
        }
    }

    @Override
    public void close() {
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
