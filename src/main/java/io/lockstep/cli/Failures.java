package io.lockstep.cli;

import io.lockstep.LockstepException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkThrowable;

/** Says in one line what failed and what to do about it. Only a bug of ours is shown with its stack trace. */
final class Failures {
    /** What operating systems and HDFS call it. */
    private static final List<String> DISK_FULL =
            List.of("No space left on device", "Disk quota exceeded", "There is not enough space", "DSQuotaExceeded");

    /** Spark's executors leave with this code, and Spark's message has it, when their memory is exhausted. */
    private static final String EXECUTOR_OUT_OF_MEMORY = "exited with code 52";

    /** What the scheduler says when the cluster has given it up, and what all else says then. */
    private static final List<String> GIVEN_UP =
            List.of("error from cluster scheduler", "stopped SparkContext", "SparkContext has been shutdown");

    private static final String RESUME = "then the same command with --resume continues from the last checkpoint";

    private Failures() {}

    /** Prints the failure, and returns the exit code for it. */
    static int report(Throwable failure, PrintWriter err) {
        Optional<LockstepException> forUser = LockstepException.within(failure);
        if (forUser.isPresent()) {
            forUser.get().getMessage().lines().forEach(line -> err.println("lockstep: " + line));
            return ExitCode.of(forUser.get());
        }
        if (failure instanceof RuntimeException && isUnexplained(failure)) {
            failure.printStackTrace(err);
        }
        err.println("lockstep: failed: " + line(failure));
        return ExitCode.FAILED;
    }

    /** One line, without the program's name. */
    static String line(Throwable failure) {
        if (mentions(failure, List.of(EXECUTOR_OUT_OF_MEMORY))) {
            return "an executor ran out of memory; give executors more by --executor-memory, or use more --shards, "
                    + RESUME;
        }
        Optional<OutOfMemoryError> memory = find(failure, OutOfMemoryError.class);
        if (memory.isPresent() || mentions(failure, List.of("OutOfMemoryError"))) {
            return "out of memory with a heap of " + (Runtime.getRuntime().maxMemory() >> 20) + " MB"
                    + memory.map(error -> " (" + error.getMessage() + ")").orElse("")
                    + "; give the driver more by --driver-memory, " + RESUME;
        }
        if (mentions(failure, GIVEN_UP)) {
            return "Spark has stopped: the master cannot be reached, or has removed the application because no executor"
                    + " could start or stay; the lines above say which, and the logs of master and workers why;"
                    + " when the cluster works again, run the same command, with --resume if there are checkpoints";
        }
        Optional<Throwable> full =
                chain(failure).filter(cause -> mentions(cause, DISK_FULL)).findFirst();
        if (full.isPresent()) {
            return firstLine(full.get()) + "; free some space, " + RESUME;
        }
        return firstLine(
                find(failure, IOException.class).map(Throwable.class::cast).orElse(failure));
    }

    private static boolean isUnexplained(Throwable failure) {
        return !mentions(failure, GIVEN_UP)
                && chain(failure)
                        .noneMatch(cause -> cause instanceof Error
                                || cause instanceof IOException
                                || cause instanceof SparkThrowable);
    }

    private static Stream<Throwable> chain(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
    }

    private static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> type) {
        return chain(failure).filter(type::isInstance).map(type::cast).findFirst();
    }

    /**
     * Whether a message of the failure, or of a cause, contains one of the words; Spark passes many causes on as text.
     */
    private static boolean mentions(Throwable failure, List<String> words) {
        return chain(failure)
                .map(String::valueOf)
                .anyMatch(text -> words.stream().anyMatch(text::contains));
    }

    /** The message, with the name of the exception where the message alone would say too little. */
    private static String firstLine(Throwable failure) {
        boolean enough = failure.getClass() == IOException.class || failure instanceof SparkThrowable;
        String text = enough && failure.getMessage() != null ? failure.getMessage() : failure.toString();
        return LockstepException.printable(text.lines().findFirst().orElse(text));
    }
}
