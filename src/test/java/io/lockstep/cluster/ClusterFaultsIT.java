package io.lockstep.cluster;

import static io.lockstep.cluster.ClusterRuns.fault;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.cli.Lockstep;
import io.lockstep.cluster.FaultListener.Action;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On a real cluster, whatever is killed: the digest of an undisturbed run in local mode. */
class ClusterFaultsIT {
    @TempDir
    private static Path directory;

    private static final Object[] RESIDENT = {"--engine", "resident"};
    private static final Object[] AMONG_EXECUTORS = {"--engine", "resident", "--exchange", "executors"};

    private static ClusterRuns runs;
    private static String expected;

    @BeforeAll
    static void start() throws Exception {
        runs = ClusterRuns.start(directory);
        expected = runs.expectedDigest();
    }

    @AfterAll
    static void stop() {
        runs.close();
    }

    @Test
    void undisturbed() throws Exception {
        assertThat(runs.submit(3, Map.of(), runs.newRun()).digest()).isEqualTo(expected);
    }

    @Test
    void undisturbedWithTheTaskOfOneExecutorThatStays() throws Exception {
        Lockstep result = runs.submit(1, Map.of(), runs.newRun(), RESIDENT);
        assertThat(result.digest()).isEqualTo(expected);
        assertThat(result.out()).doesNotContain("engine resident: 1 tasks at once on 1 cores"); // nothing was chosen
    }

    /** On six cores of three executors, which add the gradients of their tasks first. */
    @Test
    void undisturbedWithTasksThatStayNextToTheirNeighbours(@TempDir Path events) throws Exception {
        Lockstep result = runs.submit(6, EventLog.to(events), runs.newRun(), "--engine", "auto");
        assertThat(result.digest()).isEqualTo(expected);
        assertThat(result.out()).contains("engine resident: 6 tasks at once on 6 cores; exchange through the driver: ");
        assertThat(EventLog.read(events)
                        .partitionsByExecutor(ClusterRuns.RESIDENT)
                        .values())
                .containsExactlyInAnyOrder(Set.of(0, 1), Set.of(2, 3), Set.of(4, 5));
    }

    /** Alone, and with two of three executors that add the gradients of their tasks first. */
    @ParameterizedTest
    @CsvSource({"1", "5"})
    void undisturbedWithAnExchangeAmongExecutors(int cores) throws Exception {
        Lockstep result = runs.submit(cores, Map.of(), runs.newRun(), AMONG_EXECUTORS);
        assertThat(result.digest()).isEqualTo(expected);
        assertThat(result.out()).contains("exchange among executors");
    }

    @ParameterizedTest(name = "{1} of {0} that exchange among themselves, at {2}")
    @CsvSource({"3, KILL_EXECUTOR, epoch-00001", "5, KILL_EXECUTOR, 0"})
    void executorsThatExchangeAmongThemselvesAreKilled(int cores, Action action, String moment) throws Exception {
        assertExchangeSurvives(cores, action, moment);
    }

    @Tag("long")
    @ParameterizedTest(name = "{1} of {0} that exchange among themselves, at {2}")
    @CsvSource({
        "2, KILL_EXECUTOR, step-000000000005",
        "3, PAUSE_EXECUTOR, step-000000000020",
        "3, KILL_ALL_EXECUTORS, epoch-00003",
    })
    void executorsThatExchangeAmongThemselvesAreDisturbed(int cores, Action action, String moment) throws Exception {
        assertExchangeSurvives(cores, action, moment);
    }

    private static void assertExchangeSurvives(int cores, Action action, String moment) throws Exception {
        Lockstep result =
                runs.submit(cores, fault(action, ClusterRuns.RESIDENT, 1, moment), runs.newRun(), AMONG_EXECUTORS);
        assertThat(result.out()).contains("fault: " + action);
        assertThat(result.digest()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{1} of {0} with tasks that stay, at {2}")
    @CsvSource({
        "2, KILL_EXECUTOR, epoch-00001",
        "3, KILL_ALL_EXECUTORS, epoch-00003",
        "5, KILL_EXECUTOR, 0",
    })
    void executorsOfTasksThatStayAreKilled(int cores, Action action, String moment) throws Exception {
        Lockstep result = runs.submit(cores, fault(action, ClusterRuns.RESIDENT, 1, moment), runs.newRun(), RESIDENT);
        assertThat(result.out()).contains("fault: " + action);
        assertThat(result.digest()).isEqualTo(expected);
    }

    @Test
    void theDriverOfTasksThatStayIsKilledAndTheRunResumedUnderTheOtherEngine() throws Exception {
        Path run = runs.newRun();
        Lockstep killed =
                runs.submit(2, fault(Action.KILL_DRIVER, ClusterRuns.RESIDENT, 1, "step-000000000020"), run, RESIDENT);
        assertThat(killed.exitCode()).isEqualTo(128 + 9);
        assertThat(runs.submit(1, Map.of(), run, "--resume").digest()).isEqualTo(expected);
    }

    @Test
    void tasksThatStayAreRefusedWhereTheyCannotAllRunAtOnce() throws Exception {
        Lockstep result = runs.submit(1, Map.of(), runs.newRun(), "--engine", "resident", "--partitions", 2);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("found 1 cores for 2 partitions");
    }

    @ParameterizedTest(name = "{1} of {0} in {2}")
    @CsvSource({
        "2, KILL_EXECUTOR, AggregateEngine.losses, 4",
        "2, KILL_EXECUTOR, Sources.load, 2",
        "3, KILL_ALL_EXECUTORS, AggregateEngine.compute, 30",
    })
    void executorsAreKilled(int executors, Action action, String stage, int count) throws Exception {
        assertSurvives(executors, action.name(), fault(action, stage, count));
    }

    /** Of 32 partitions with gradients of 1.4 MB. */
    @Test
    @Tag("long")
    void anExecutorIsKilledThatAddsTheGradientsOfNeighbours() throws Exception {
        Object[] wide = {"--hidden", 10_000, "--shards", 32, "--partitions", 32, "--batch-size", 1500, "--epochs", 2};
        Lockstep result = runs.submit(3, fault(Action.KILL_EXECUTOR, "collect", 34), runs.newRun(), wide);
        assertThat(result.out()).contains("fault: KILL_EXECUTOR");
        assertThat(result.digest()).isEqualTo(runs.expectedDigest(wide));
    }

    @Test
    void tasksAreSlowAndSpeculatedOn() throws Exception {
        Lockstep result = assertSurvives(
                3,
                "SLOW",
                ClusterRuns.together(
                        ClusterRuns.speculation(),
                        ClusterRuns.taskFault(TaskFaultPlugin.Fault.SLOW, TaskFaultPlugin.EVERY)));
        assertThat(result.out()).contains("fault: " + TaskFaultPlugin.SPECULATIVE);
    }

    @Test
    void theDriverIsKilledAndTheRunResumed() throws Exception {
        Path run = runs.newRun();
        Lockstep killed = runs.submit(2, fault(Action.KILL_DRIVER, "AggregateEngine.compute", 40), run);
        assertThat(killed.exitCode()).isEqualTo(128 + 9);
        assertThat(run.resolve("run.json")).doesNotExist();
        assertThat(runs.submit(2, Map.of(), run, "--resume").digest()).isEqualTo(expected);
    }

    @Test
    void badDataEndTheRunAtOnceWithOneLine() throws Exception {
        Path run = runs.newRun();
        Lockstep result = runs.submit(2, Map.of(), run, "--test", runs.truncatedImages());
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.err().lines().filter(line -> !line.contains("incubator")))
                .singleElement()
                .asString()
                .contains("truncated");
        assertThat(run).doesNotExist();
    }

    private static Lockstep assertSurvives(int executors, String fault, Map<String, String> options) throws Exception {
        Lockstep result = runs.submit(executors, options, runs.newRun());
        assertThat(result.out()).contains("fault: " + fault);
        assertThat(result.digest()).isEqualTo(expected);
        return result;
    }
}
