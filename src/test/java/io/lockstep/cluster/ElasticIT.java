package io.lockstep.cluster;

import static io.lockstep.cluster.ClusterRuns.fault;
import static io.lockstep.cluster.ClusterRuns.together;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lockstep.cli.Lockstep;
import io.lockstep.cluster.FaultListener.Action;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Drivers in the cluster, and executors that come and go by the cluster's own will: the digest of a local run. */
@Tag("long")
class ElasticIT {
    private static final Map<String, String> DRIVER_IN_THE_CLUSTER =
            Map.of("spark.submit.deployMode", "cluster", "spark.standalone.submit.waitAppCompletion", "true");
    private static final Map<String, String> DECOMMISSION =
            Map.of("spark.decommission.enabled", "true", "spark.storage.decommission.enabled", "true");
    private static final Map<String, String> DYNAMIC = Map.of(
            "spark.dynamicAllocation.enabled",
            "true",
            "spark.dynamicAllocation.minExecutors",
            "1",
            "spark.dynamicAllocation.maxExecutors",
            "3",
            "spark.dynamicAllocation.executorIdleTimeout",
            "1s",
            "spark.dynamicAllocation.cachedExecutorIdleTimeout",
            "1s",
            "spark.dynamicAllocation.shuffleTracking.timeout",
            "1s",
            "spark.dynamicAllocation.schedulerBacklogTimeout",
            "1s",
            "spark.executor.cores",
            "1");

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

    @Test
    void aDriverInTheClusterIsStartedAgainAndResumes() throws Exception {
        Path run = runs.newRun();
        Lockstep result = runs.submit(
                2,
                together(
                        DRIVER_IN_THE_CLUSTER,
                        Map.of("--supervise", ""),
                        fault(Action.KILL_DRIVER, ClusterRuns.STEP, 40)),
                run,
                "--resume");
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(digest(run)).isEqualTo(expected);
        assertThat(logs("fault: KILL_DRIVER")).isPositive();
    }

    /** How many logs of processes on workers have a text. */
    private static long logs(String text) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> logs = files.filter(file -> file.endsWith("stdout")).toList();
            long found = 0;
            for (Path log : logs) {
                found += Files.readString(log).contains(text) ? 1 : 0;
            }
            return found;
        }
    }

    @Test
    void withDynamicAllocation() throws Exception {
        Lockstep result = runs.submit(6, DYNAMIC, runs.newRun(), "--engine", "auto");
        assertThat(result.digest()).isEqualTo(expected);
        assertThat(result.out()).contains("engine aggregate: ");
    }

    @ParameterizedTest(name = "{0}, by {1}")
    @CsvSource({
        "TERMINATE_EXECUTOR, aggregate, AggregateEngine.compute, 20, 0",
        "TERMINATE_EXECUTOR, resident, ResidentJob, 1, step-000000000005",
        "DECOMMISSION_EXECUTOR, aggregate, AggregateEngine.compute, 20, 0",
        "DECOMMISSION_EXECUTOR, resident, ResidentJob, 1, step-000000000005",
    })
    void executorsThatAreTakenAway(Action action, String engine, String stage, int count, String moment)
            throws Exception {
        Lockstep result = runs.submit(
                3, together(DECOMMISSION, fault(action, stage, count, moment)), runs.newRun(), "--engine", engine);
        assertThat(result.out()).contains("fault: " + action);
        assertThat(result.digest()).isEqualTo(expected);
    }

    private static String digest(Path run) throws IOException {
        return new ObjectMapper()
                .readTree(Files.readString(run.resolve("run.json")))
                .at("/result/weightsSha256")
                .asText();
    }
}
