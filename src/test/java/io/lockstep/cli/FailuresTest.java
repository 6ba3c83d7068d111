package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.LockstepException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the user reads of a failure. */
class FailuresTest {
    static Stream<Arguments> explained() {
        IOException full = new IOException("cannot write x: No space left on device");
        return Stream.of(
                Arguments.of(full, "cannot write x: No space left on device; free some space"),
                Arguments.of(new Error(full), "No space left on device; free some space"),
                Arguments.of(new SparkException("Job aborted", new UncheckedIOException(full)), "free some space"),
                Arguments.of(new OutOfMemoryError("Java heap space"), "(Java heap space); give the driver more"),
                Arguments.of(
                        new IllegalStateException("a task failed", new OutOfMemoryError()), "give the driver more"),
                Arguments.of(
                        new SparkException(
                                "Job aborted: ExecutorLostFailure (executor 1 exited with code 52)\nand more"),
                        "an executor ran out of memory; give executors more by --executor-memory"),
                Arguments.of(new SparkException("Job aborted\nDriver stacktrace:\n\tat x"), "failed: Job aborted"),
                Arguments.of(new IOException("connection refused"), "failed: connection refused"),
                Arguments.of(new NoClassDefFoundError("org/x/Y"), "NoClassDefFoundError: org/x/Y"),
                Arguments.of(
                        new IllegalStateException("Cannot call methods on a stopped SparkContext.\nThis stopped"),
                        "the master cannot be reached, or has removed the application"),
                Arguments.of(
                        new SparkException(
                                "Exiting due to error from cluster scheduler: All masters are unresponsive!"),
                        "the master cannot be reached, or has removed the application"),
                Arguments.of(new StackOverflowError(), "failed: java.lang.StackOverflowError"));
    }

    @ParameterizedTest
    @MethodSource("explained")
    void isOneLine(Throwable failure, String message) {
        StringWriter err = new StringWriter();
        assertThat(Failures.report(failure, new PrintWriter(err, true))).isEqualTo(1);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("lockstep: failed: ")
                .contains(message);
    }

    @Test
    void ofABugIsTheStackTraceToo() {
        StringWriter err = new StringWriter();
        assertThat(Failures.report(new IllegalStateException("a bug"), new PrintWriter(err, true)))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains("\tat io.lockstep")
                .endsWith("lockstep: failed: java.lang.IllegalStateException: a bug\n");
    }

    @Test
    void forTheUserIsItsMessageWithTheExitCodeOfItsKind() {
        StringWriter err = new StringWriter();
        Throwable wrapped = new SparkException("Job aborted", LockstepException.data("first\nsecond"));
        assertThat(Failures.report(wrapped, new PrintWriter(err, true))).isEqualTo(3);
        assertThat(err.toString().lines()).containsExactly("lockstep: first", "lockstep: second");
    }
}
