package io.lockstep.cluster;

import static io.lockstep.cluster.ClusterRuns.fault;
import static io.lockstep.cluster.ClusterRuns.together;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.cli.Lockstep;
import io.lockstep.cluster.FaultListener.Action;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every fault on one, two and three executors, and kills at random moments. */
@Tag("long")
class ClusterMatrixIT {
    private static final int RANDOM_KILLS = 20;

    /** About as many tasks as a run has on one executor; a later moment would never come. */
    private static final int TASKS = 30;

    @TempDir
    private static Path directory;

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

    static Stream<Arguments> faults() {
        List<Arguments> faults = new ArrayList<>();
        for (int executors = 1; executors <= 3; executors++) {
            for (String stage : List.of(ClusterRuns.SHARDING, ClusterRuns.STEP, ClusterRuns.EVALUATION)) {
                faults.add(Arguments.of(executors, "KILL_EXECUTOR", fault(Action.KILL_EXECUTOR, stage, 3)));
            }
            faults.add(Arguments.of(
                    executors, "KILL_ALL_EXECUTORS", fault(Action.KILL_ALL_EXECUTORS, ClusterRuns.STEP, 11)));
            faults.add(Arguments.of(
                    executors,
                    "PAUSE_EXECUTOR",
                    together(ClusterRuns.speculation(), fault(Action.PAUSE_EXECUTOR, ClusterRuns.STEP, 11))));
            for (TaskFaultPlugin.Fault fault : TaskFaultPlugin.Fault.values()) {
                faults.add(Arguments.of(
                        executors, fault.name(), together(ClusterRuns.speculation(), ClusterRuns.taskFault(fault))));
            }
        }
        return faults.stream();
    }

    @ParameterizedTest(name = "{1} of {0}: {2}")
    @MethodSource("faults")
    void survives(int executors, String fault, Map<String, String> options) throws Exception {
        Lockstep result = runs.submit(executors, options, runs.newRun());
        assertThat(result.out()).contains("fault: " + fault);
        assertThat(result.digest()).isEqualTo(expected);
    }

    static Stream<Arguments> writes() {
        return IntStream.rangeClosed(1, 3)
                .boxed()
                .flatMap(executors -> Stream.of(
                        Arguments.of(executors, "BEFORE_RENAMING", "step-000000000005"),
                        Arguments.of(executors, "AFTER_RENAMING", "epoch-00002"),
                        Arguments.of(executors, "BEFORE_WRITING", "epoch-00003"),
                        Arguments.of(executors, "BEFORE_RENAMING", "model.json"),
                        Arguments.of(executors, "BEFORE_RENAMING", "run.json")));
    }

    @ParameterizedTest(name = "{1} {2} on {0} executors")
    @MethodSource("writes")
    void theDriverIsKilledWhileWriting(int executors, String moment, String file) throws Exception {
        assertResumes(executors, ClusterRuns.deathWhileWriting(moment, file));
    }

    static Stream<Arguments> randomMoments() {
        Random random = new Random(1);
        return IntStream.rangeClosed(1, RANDOM_KILLS)
                .mapToObj(kill -> Arguments.of(kill, 1 + random.nextInt(3), 1 + random.nextInt(TASKS)));
    }

    @ParameterizedTest(name = "kill {0}: of {1} executors at task {2}")
    @MethodSource("randomMoments")
    void anExecutorIsKilledAtARandomMoment(int kill, int executors, int task) throws Exception {
        survives(executors, "KILL_EXECUTOR", fault(Action.KILL_EXECUTOR, ClusterRuns.ANY, task));
    }

    @ParameterizedTest(name = "kill {0}: the driver of {1} executors at task {2}")
    @MethodSource("randomMoments")
    void theDriverIsKilledAtARandomMoment(int kill, int executors, int task) throws Exception {
        assertResumes(executors, fault(Action.KILL_DRIVER, ClusterRuns.ANY, task));
    }

    private static void assertResumes(int executors, Map<String, String> fault) throws Exception {
        Path run = runs.newRun();
        assertThat(runs.submit(executors, fault, run).exitCode()).isEqualTo(128 + 9);
        assertThat(run.resolve("run.json")).doesNotExist();
        assertThat(runs.submit(executors, Map.of(), run, "--resume").digest()).isEqualTo(expected);
    }
}
