package io.lockstep.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.cluster.TaskFaultPlugin;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.storage.RDDBlockId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that fail and shards that are lost, in local mode, change nothing. */
class TaskFaultsTest {
    /** Two cores, and four attempts a task as on a cluster. */
    private static final String MASTER = "local[2,4]";

    @TempDir
    private Path directory;

    @Test
    void tasksThatThrowOnce() throws Exception {
        String expected = undisturbed();
        AtomicInteger thrown = new AtomicInteger();
        SparkConf conf = conf().set("spark.plugins", TaskFaultPlugin.class.getName())
                .set(TaskFaultPlugin.KEY, TaskFaultPlugin.Fault.THROW.name());
        try (JavaSparkContext spark = new JavaSparkContext(conf)) {
            spark.sc().addSparkListener(new SparkListener() {
                @Override
                public void onTaskEnd(SparkListenerTaskEnd end) {
                    thrown.addAndGet(end.reason() instanceof ExceptionFailure ? 1 : 0);
                }
            });
            assertThat(train(spark, () -> {})).isEqualTo(expected);
        }
        assertThat(thrown).hasValueGreaterThan(10);
    }

    @Test
    void tasksThatAreKilledWhileTheyRun() throws Exception {
        String expected = undisturbed();
        AtomicInteger killed = new AtomicInteger();
        try (JavaSparkContext spark = new JavaSparkContext(conf())) {
            spark.sc().addSparkListener(new SparkListener() {
                private int tasks;

                @Override
                public void onTaskStart(SparkListenerTaskStart start) {
                    if (start.taskInfo().attemptNumber() == 0 && tasks++ % 3 == 0) {
                        spark.sc().killTaskAttempt(start.taskInfo().taskId(), true, "killed by the test");
                    }
                }

                @Override
                public void onTaskEnd(SparkListenerTaskEnd end) {
                    killed.addAndGet(end.taskInfo().killed() ? 1 : 0);
                }
            });
            assertThat(train(spark, () -> {})).isEqualTo(expected);
        }
        assertThat(killed).hasValueGreaterThan(3);
    }

    @Test
    void cachedShardsThatAreLost() throws Exception {
        String expected = undisturbed();
        AtomicInteger lost = new AtomicInteger();
        try (JavaSparkContext spark = new JavaSparkContext(conf())) {
            String found = train(spark, () -> {
                int dataset = spark.getPersistentRDDs().keySet().iterator().next();
                RDDBlockId block = new RDDBlockId(dataset, lost.getAndIncrement() % 2);
                SparkEnv.get().blockManager().removeBlock(block, true);
                assertThat(SparkEnv.get().blockManager().getStatus(block).isEmpty())
                        .isTrue();
            });
            assertThat(found).isEqualTo(expected);
        }
        assertThat(lost).hasValue(TrainingFixture.STEPS);
    }

    private String undisturbed() throws Exception {
        try (JavaSparkContext spark = new JavaSparkContext(conf())) {
            return train(spark, () -> {});
        }
    }

    /** Trains in a new run directory, and disturbs after each step. */
    private String train(JavaSparkContext spark, Runnable disturbance) throws Exception {
        TrainingFixture fixture = new TrainingFixture(spark, directory);
        RunDirectory run = fixture.run("run-" + System.nanoTime());
        return fixture.train(run, fixture.config(false), () -> {
                    disturbance.run();
                    return false;
                })
                .result()
                .weightsSha256();
    }

    private static SparkConf conf() {
        return new SparkConf().setMaster(MASTER).setAppName("test");
    }
}
