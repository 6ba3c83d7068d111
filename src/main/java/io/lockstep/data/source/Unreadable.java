package io.lockstep.data.source;

import io.lockstep.LockstepException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.TaskKilledException;

/** Says in one line why a file cannot be read. */
final class Unreadable {
    /** Where exceptions come from that have to do with connections, and may pass with a retry. */
    private static final List<String> CONNECTIONS = List.of(
            "java.net.",
            "java.nio.channels.",
            "javax.net.",
            "java.io.InterruptedIOException",
            "org.apache.hadoop.fs.s3a.",
            "org.apache.hadoop.fs.azurebfs.",
            "org.apache.hadoop.hdfs.",
            "org.apache.hadoop.ipc.",
            "org.apache.hadoop.net.",
            "com.google.",
            "software.amazon.");

    /** Some messages print whole structures. */
    private static final int MAX_MESSAGE = 160;

    private Unreadable() {}

    /**
     * A {@link LockstepException} of kind {@code DATA} where the file is the reason; anything else as it is, because it
     * may pass with a retry.
     */
    static RuntimeException because(String file, Exception failure) {
        LockstepException known = LockstepException.within(failure).orElse(null);
        if (known != null) {
            return known;
        }
        if (failure instanceof RuntimeException bug && isOurs(failure)) {
            return bug;
        }
        Throwable root = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TaskKilledException killed) {
                return killed;
            }
            if (isOfAConnection(cause)) {
                return new UncheckedIOException(
                        file + ": cannot be read: " + line(cause), new IOException(failure.toString(), failure));
            }
            root = cause;
        }
        if (root instanceof AccessControlException
                || root instanceof AccessDeniedException
                || String.valueOf(root.getMessage()).contains("(Permission denied)")) {
            return LockstepException.data(file + ": no permission to read it: " + line(root), failure);
        }
        if (root instanceof FileNotFoundException) {
            return LockstepException.data(file + ": no such file any more: " + line(root), failure);
        }
        String line = line(root);
        // Codecs say so of native libraries.
        String why = line.contains("not available") ? "" : ", as if it were damaged or of another format";
        return LockstepException.data(file + ": cannot be read" + why + ": " + line, failure);
    }

    /** Whether it is a bug: of a bad file our code throws a {@link LockstepException}. */
    private static boolean isOurs(Exception failure) {
        return Arrays.stream(failure.getStackTrace())
                .map(StackTraceElement::getClassName)
                .filter(name -> !name.startsWith("java.") && !name.startsWith("jdk."))
                .findFirst()
                .filter(name -> name.startsWith("io.lockstep."))
                .isPresent();
    }

    private static boolean isOfAConnection(Throwable cause) {
        String name = cause.getClass().getName();
        return CONNECTIONS.stream().anyMatch(name::startsWith);
    }

    private static String line(Throwable failure) {
        String message = failure.getMessage();
        if (failure.getClass().getSimpleName().equals("TTransportException")) {
            return "it ends too early"; // Parquet's own words are those of a network
        }
        if (message == null || message.isBlank() || failure instanceof NullPointerException) {
            return failure.getClass().getSimpleName();
        }
        String line = message.lines().findFirst().orElse(message);
        line = line.length() > MAX_MESSAGE ? line.substring(0, MAX_MESSAGE) + " …" : line;
        return failure instanceof IOException || line.contains(" ")
                ? line
                : failure.getClass().getSimpleName() + " " + line;
    }
}
