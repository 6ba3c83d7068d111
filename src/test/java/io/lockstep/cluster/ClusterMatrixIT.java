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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every fault on one, two and three executors, and kills at random moments, under each engine and exchange. */
@Tag("long")
@ParameterizedClass(name = "{0}")
@EnumSource
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterMatrixIT {
    private enum Way {
        AGGREGATE("--engine", "aggregate"),
        RESIDENT_THROUGH_DRIVER("--engine", "resident", "--exchange", "driver"),
        RESIDENT_AMONG_EXECUTORS("--engine", "resident", "--exchange", "executors");

        final List<String> options;

        Way(String... options) {
            this.options = List.of(options);
        }
    }

    private static final int RANDOM_KILLS = 20;

    /** About as many tasks as a run has on one executor; a later moment would never come. */
    private static final int TASKS = 30;

    /** So small that a run of tasks that stay takes longer than the longest delay until a fault. */
    private static final int SMALL_BATCH = 20;

    private static final int DELAY_MILLIS = 900;

    @Parameter
    private Way way;

    private ClusterRuns runs;
    private String expected;

    /** Not before all, for then JUnit has not set {@link #way} yet, and every way would have the small batch. */
    @BeforeParameterizedClassInvocation
    void start(Way way, @TempDir Path directory) throws Exception {
        runs = ClusterRuns.start(directory, stays(way) ? SMALL_BATCH : ClusterRuns.BATCH_SIZE);
        expected = runs.expectedDigest();
    }

    @AfterParameterizedClassInvocation
    void stop() {
        runs.close();
    }

    /** Whether the tasks of a run are those of all its steps. */
    private static boolean stays(Way way) {
        return way != Way.AGGREGATE;
    }

    Stream<Arguments> faults() {
        List<Arguments> faults = new ArrayList<>();
        for (int executors = 1; executors <= 3; executors++) {
            faults.add(Arguments.of(
                    executors, Action.KILL_EXECUTOR.name(), fault(Action.KILL_EXECUTOR, ClusterRuns.SHARDING, 2)));
            faults.add(Arguments.of(executors, Action.KILL_EXECUTOR.name(), inEvaluation()));
            for (Action action : List.of(Action.KILL_EXECUTOR, Action.KILL_ALL_EXECUTORS, Action.PAUSE_EXECUTOR)) {
                faults.add(
                        Arguments.of(executors, action.name(), together(ClusterRuns.speculation(), inSteps(action))));
            }
            for (TaskFaultPlugin.Fault fault : TaskFaultPlugin.Fault.values()) {
                faults.add(
                        Arguments.of(executors, fault.name(), together(ClusterRuns.speculation(), taskFault(fault))));
            }
        }
        return faults.stream();
    }

    /** Tasks that stay cannot be seen to evaluate; they have just done so when the metrics of an epoch are written. */
    private Map<String, String> inEvaluation() {
        return stays(way)
                ? fault(Action.KILL_EXECUTOR, ClusterRuns.RESIDENT, 1, "epoch-00002")
                : fault(Action.KILL_EXECUTOR, ClusterRuns.EVALUATION, 3);
    }

    private Map<String, String> inSteps(Action action) {
        return stays(way)
                ? fault(action, ClusterRuns.RESIDENT, 1, DELAY_MILLIS / 2)
                : fault(action, ClusterRuns.STEP, 11);
    }

    /** A run of tasks that stay has so few of them that each is disturbed. */
    private Map<String, String> taskFault(TaskFaultPlugin.Fault fault) {
        return ClusterRuns.taskFault(fault, stays(way) ? 1 : TaskFaultPlugin.EVERY);
    }

    @ParameterizedTest(name = "{1} of {0}: {2}")
    @MethodSource("faults")
    void survives(int executors, String fault, Map<String, String> options) throws Exception {
        Lockstep result = submit(executors, options, runs.newRun());
        assertThat(result.out()).contains("fault: " + fault);
        assertThat(result.digest()).isEqualTo(expected);
    }

    Stream<Arguments> writes() {
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

    Stream<Arguments> randomMoments() {
        Random random = new Random(1);
        return IntStream.rangeClosed(1, RANDOM_KILLS).mapToObj(kill -> {
            int executors = 1 + random.nextInt(3);
            int task = stays(way) ? 1 : 1 + random.nextInt(TASKS);
            return Arguments.of(kill, executors, task, stays(way) ? random.nextInt(DELAY_MILLIS) : 0);
        });
    }

    @ParameterizedTest(name = "kill {0}: of {1} executors at task {2} after {3} ms")
    @MethodSource("randomMoments")
    void anExecutorIsKilledAtARandomMoment(int kill, int executors, int task, int millis) throws Exception {
        survives(executors, Action.KILL_EXECUTOR.name(), fault(Action.KILL_EXECUTOR, stagesToDisturb(), task, millis));
    }

    @ParameterizedTest(name = "kill {0}: the driver of {1} executors at task {2} after {3} ms")
    @MethodSource("randomMoments")
    void theDriverIsKilledAtARandomMoment(int kill, int executors, int task, int millis) throws Exception {
        assertResumes(executors, fault(Action.KILL_DRIVER, stagesToDisturb(), task, millis));
    }

    private String stagesToDisturb() {
        return stays(way) ? ClusterRuns.RESIDENT : ClusterRuns.ANY;
    }

    private void assertResumes(int executors, Map<String, String> fault) throws Exception {
        Path run = runs.newRun();
        assertThat(submit(executors, fault, run).exitCode()).isEqualTo(128 + 9);
        assertThat(run.resolve("run.json")).doesNotExist();
        assertThat(submit(executors, Map.of(), run, "--resume").digest()).isEqualTo(expected);
    }

    private Lockstep submit(int executors, Map<String, String> options, Path run, Object... trainOptions)
            throws Exception {
        List<Object> all = new ArrayList<>(way.options);
        all.addAll(List.of(trainOptions));
        return runs.submit(executors, options, run, all.toArray());
    }
}
