package io.lockstep.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.cli.Lockstep;
import io.lockstep.cluster.FaultListener.Action;
import io.lockstep.data.IdxData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On a real cluster, whatever is killed: the digest of an undisturbed run in local mode. */
class ClusterFaultsIT {
    /** Names of the stages of a run, as Spark calls them: by the code that started them. */
    private static final String STEP = "AggregateEngine.compute";

    private static final String EVALUATION = "AggregateEngine.evaluate";
    private static final String SHARDING = "ShardedDataset.load";

    private static final int WORKERS = 3;
    private static final int MINUTES = 3;

    @TempDir
    private static Path directory;

    private static StandaloneCluster cluster;
    private static Path images;
    private static String expected;
    private static int runs;

    @BeforeAll
    static void start() throws Exception {
        images = IdxData.clusters(3000, 30, 5, 1).write(directory, "train");
        cluster = StandaloneCluster.start(directory, WORKERS, Map.of());
        expected = Submission.start(directory, "local.sh", train(newRun()).toArray())
                .await(MINUTES)
                .digest();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void undisturbed(int executors) throws Exception {
        assertThat(submit(executors, List.of(), newRun()).digest()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{1} of {0} in {2}")
    @CsvSource({
        "1, KILL_EXECUTOR, AggregateEngine.compute, 20",
        "2, KILL_EXECUTOR, AggregateEngine.compute, 35",
        "3, KILL_EXECUTOR, AggregateEngine.evaluate, 4",
        "2, KILL_EXECUTOR, ShardedDataset.load, 2",
        "3, KILL_ALL_EXECUTORS, AggregateEngine.compute, 30",
    })
    void executorsAreKilled(int executors, Action action, String stage, int count) throws Exception {
        Lockstep result = submit(executors, fault(action, stage, count), newRun());
        assertThat(result.out()).contains("fault: " + action);
        assertThat(result.digest()).isEqualTo(expected);
    }

    @Test
    void anExecutorIsSlowAndItsTasksAreSpeculatedOn() throws Exception {
        List<String> options = new ArrayList<>(fault(Action.PAUSE_EXECUTOR, STEP, 25));
        options.addAll(List.of(
                "--conf",
                "spark.speculation=true",
                "--conf",
                "spark.speculation.interval=50ms",
                "--conf",
                "spark.speculation.quantile=0.5",
                "--conf",
                "spark.speculation.minTaskRuntime=200ms"));
        Lockstep result = submit(3, options, newRun());
        assertThat(result.out()).contains("fault: PAUSE_EXECUTOR");
        assertThat(result.digest()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "in {1}, on {0} executors")
    @CsvSource({"1, ShardedDataset.load, 2", "2, AggregateEngine.compute, 40", "3, AggregateEngine.evaluate, 5"})
    void theDriverIsKilledAndTheRunResumed(int executors, String stage, int count) throws Exception {
        Path run = newRun();
        Lockstep killed = submit(executors, fault(Action.KILL_DRIVER, stage, count), run);
        assertThat(killed.exitCode()).isEqualTo(128 + 9);
        assertThat(run.resolve("run.json")).doesNotExist();
        assertThat(submit(executors, List.of(), run, "--resume").digest()).isEqualTo(expected);
    }

    private static Lockstep submit(int executors, List<String> sparkOptions, Path run, Object... options)
            throws Exception {
        List<Object> arguments = new ArrayList<>(List.of(
                cluster.url(),
                "--executor-memory",
                "512m",
                "--driver-memory",
                "512m",
                "--conf",
                "spark.cores.max=" + executors));
        arguments.addAll(sparkOptions);
        arguments.addAll(train(run));
        arguments.addAll(List.of(options));
        return Submission.start(directory, "standalone.sh", arguments.toArray()).await(MINUTES);
    }

    private static List<String> fault(Action action, String stage, int count) {
        return List.of(
                "--driver-class-path",
                Path.of("target/test-classes").toAbsolutePath().toString(),
                "--conf",
                "spark.extraListeners=" + FaultListener.class.getName(),
                "--conf",
                FaultListener.KEY + "=" + FaultListener.fault(action, stage, count));
    }

    private static List<Object> train(Path run) {
        return List.of(
                "train",
                "--train",
                images,
                "--hidden",
                20,
                "--epochs",
                4,
                "--batch-size",
                400,
                "--optimizer",
                "nesterov",
                "--schedule",
                "cosine",
                "--checkpoint-every",
                5,
                "--output",
                run);
    }

    private static Path newRun() {
        return directory.resolve("run-" + ++runs);
    }
}
