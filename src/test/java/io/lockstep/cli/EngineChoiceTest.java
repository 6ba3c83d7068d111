package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lockstep.data.IdxData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --engine auto}, the default, takes the faster engine where it can run, and says so; the bits are the same. */
class EngineChoiceTest {
    private static final AtomicInteger RUNS = new AtomicInteger();

    @TempDir
    private static Path directory;

    private static Path train;
    private static String expected;

    @BeforeAll
    static void trainOnce() throws IOException {
        train = IdxData.clusters(500, 10, 3, 1).write(directory, "train");
        Run run = run("local[2]", Map.of(), "--engine", "aggregate");
        assertThat(run.result.out()).doesNotContain("engine");
        assertThat(run.record.at("/environment/engine").asText()).isEqualTo("aggregate");
        expected = run.result.digest();
    }

    @Test
    void tasksStayWhereAllRunAtOnce() throws IOException {
        assertChoice(run("local[2]", Map.of()), "resident", "2 tasks at once on 2 cores");
    }

    @Test
    void oneTaskStaysOnOneCore() throws IOException {
        assertChoice(run("local[1]", Map.of(), "--engine", "auto"), "resident", "1 task on 1 core");
    }

    @Test
    void aJobAStepRunsWhereExecutorsComeAndGo() throws IOException {
        assertChoice(
                run("local[2]", Map.of("spark.dynamicAllocation.enabled", "true")),
                "aggregate",
                "resident needs executors that stay, found spark.dynamicAllocation.enabled=true");
    }

    @Test
    void aJobAStepRunsWithMorePartitionsThanCores() throws IOException {
        assertChoice(
                run("local[2]", Map.of(), "--partitions", 3),
                "aggregate",
                "resident needs cores for all tasks at once, found 2 cores for 3 partitions");
    }

    /** Of 600 kB, too few to read a partition into. */
    @Test
    void aJobAStepRunsWhereMemoryIsShort() throws IOException {
        assertChoice(
                run("local[2]", Map.of("spark.testing.memory", "1000000", "spark.testing.reservedMemory", "1")),
                "aggregate",
                "resident needs memory for all shards, found 0 of 2 partitions in memory");
    }

    private static void assertChoice(Run run, String engine, String reason) {
        assertThat(run.result.out().lines()).contains("engine " + engine + ": " + reason);
        assertThat(run.result.digest()).isEqualTo(expected);
        assertThat(run.record.at("/config/engine").asText()).isEqualTo("auto");
        assertThat(run.record.at("/environment/engine").asText()).isEqualTo(engine);
    }

    private record Run(Lockstep result, JsonNode record) {}

    private static Run run(String master, Map<String, String> sparkProperties, Object... options) throws IOException {
        Path output = directory.resolve("run-" + RUNS.incrementAndGet());
        List<Object> arguments = new ArrayList<>(List.of(
                "train",
                "--train",
                train,
                "--hidden",
                8,
                "--epochs",
                1,
                "--batch-size",
                500,
                "--shards",
                5,
                "--output",
                output));
        arguments.addAll(List.of(options));
        sparkProperties.forEach(System::setProperty);
        try {
            Lockstep result = Lockstep.runOn(master, arguments);
            assertThat(result.err()).isEmpty();
            return new Run(
                    result,
                    new ObjectMapper().readTree(output.resolve("run.json").toFile()));
        } finally {
            sparkProperties.keySet().forEach(System::clearProperty);
        }
    }
}
