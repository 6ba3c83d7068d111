package io.lockstep.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchException;

import io.lockstep.LockstepException;
import io.lockstep.linalg.Matrix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FailFastTest {
    private static final AtomicInteger ATTEMPTS = new AtomicInteger();
    private static JavaSparkContext spark;

    @BeforeAll
    static void start() {
        // A hundred attempts, so that only whoever gives up early does so before the test runs out of patience.
        spark = new JavaSparkContext(new SparkConf().setMaster("local[1,100]").setAppName("test"));
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    @BeforeEach
    void reset() {
        ATTEMPTS.set(0);
    }

    @Test
    void badDataEndTheJobWithTheirOwnMessage() {
        Exception failure = failureOf(attempt -> {
            throw LockstepException.data("file: bad in attempt " + attempt);
        });
        assertThat(failure).isInstanceOf(LockstepException.class).hasMessage("file: bad in attempt 0");
        assertThat(ATTEMPTS).hasValueLessThan(100);
    }

    @Test
    void aBugOfOursEndsTheJobWithItsOwnException() {
        Exception failure =
                failureOf(attempt -> Matrix.view(new float[1], 0, 2, 3).rows());
        assertThat(failure).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("2 × 3");
        assertThat(ATTEMPTS).hasValueLessThan(100);
    }

    @Test
    void whatMayPassIsTriedAgain() {
        assertThat(failureOf(attempt -> {
                    if (attempt < 5) {
                        throw new IOException("connection reset");
                    }
                    return attempt;
                }))
                .isNull();
        assertThat(ATTEMPTS).hasValue(6);
    }

    @Test
    void aFileThatCannotBeReadAtTheMomentIsNoBadData() {
        assertThat(FailFast.isPermanent(new UncheckedIOException(new IOException("connection reset"))))
                .isFalse();
    }

    @Test
    void afterAFailureTheContextIsUsableAgain() {
        badDataEndTheJobWithTheirOwnMessage();
        assertThat(failureOf(attempt -> attempt)).isNull();
    }

    @Test
    void jobsOfOtherThreadsAreNotTouched() throws Exception {
        CountDownLatch othersMayStart = new CountDownLatch(1);
        CountDownLatch watchMayEnd = new CountDownLatch(1);
        FutureTask<Throwable> watching = new FutureTask<>(() -> {
            try (FailFast tasks = FailFast.watch(spark)) {
                othersMayStart.countDown();
                watchMayEnd.await();
                spark.sc().listenerBus().waitUntilEmpty();
                return tasks.firstCause().orElse(null);
            }
        });
        new Thread(watching).start();
        othersMayStart.await();
        badDataEndTheJobWithTheirOwnMessage();
        watchMayEnd.countDown();
        assertThat(watching.get()).isNull();
    }

    /** Runs a job of one task; null if it succeeds. */
    private static Exception failureOf(Function<Integer, Integer> body) {
        try (FailFast tasks = FailFast.watch(spark)) {
            Exception failure = catchException(() -> spark.parallelize(List.of(1), 1)
                    .map(unused -> {
                        ATTEMPTS.incrementAndGet();
                        return body.call(TaskContext.get().attemptNumber());
                    })
                    .collect());
            return failure == null ? null : tasks.firstCauseOf(failure);
        }
    }
}
