package io.lockstep.tracking.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.LockstepException;
import io.lockstep.tracking.SampleRun;
import io.lockstep.tracking.Tracking;
import io.lockstep.tracking.mlflow.MlflowServer.Mood;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MlflowTest {
    /** So long that a slow machine does not take a call for one that hangs. */
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final List<String> warnings = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private MlflowServer server;

    @BeforeEach
    void open() throws IOException {
        server = new MlflowServer();
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void aRunIsToldWithItsConfigurationItsEpochsAndItsEnd() {
        try (Tracking tracking = tracking(false)) {
            tracking.runStarted(SampleRun.start(0));
            tracking.epochCompleted(SampleRun.epoch(1));
            tracking.epochCompleted(SampleRun.epoch(2));
            tracking.complete(SampleRun.record());
        }
        assertThat(server.violations).isEmpty();
        assertThat(warnings).isEmpty();
        MlflowServer.Run run = onlyRun();
        assertThat(run.name).isEqualTo(SampleRun.ID);
        assertThat(run.experiment).isEqualTo("0");
        assertThat(run.params)
                .containsExactlyInAnyOrderEntriesOf(Map.of("output", "runs/a", "epochs", "9", "learning-rate", "0.1"));
        assertThat(run.tags)
                .containsEntry("lockstep.run_id", SampleRun.ID)
                .containsEntry("lockstep.output", "runs/a")
                .containsEntry("lockstep.data_fingerprint", "fingerprint")
                .containsEntry("lockstep.weights_sha256", SampleRun.DIGEST)
                .containsEntry("lockstep.kept_epoch", "2");
        assertThat(values(run, 2))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("loss/train", 1.0),
                        Map.entry("cross_entropy/train", 0.5),
                        Map.entry("accuracy/train", 0.75),
                        Map.entry("examples_per_second/train", 1000.0),
                        Map.entry("loss/validation", 1.5),
                        Map.entry("cross_entropy/validation", 1.0),
                        Map.entry("accuracy/validation", 0.5),
                        Map.entry("examples_per_second/validation", 2000.0),
                        Map.entry("learning_rate", 0.05),
                        Map.entry("gradient_norm", 3.0),
                        Map.entry("seconds", 3.0)));
        assertThat(run.metrics.get(0).path("timestamp").asLong()).isEqualTo(1_767_323_046_250L);
        assertThat(run.statuses).containsExactly("RUNNING", "FINISHED");
        assertThat(run.endTime).isPositive();
    }

    @Test
    void aRunThatResumesGoesOnInTheSameRunOfTheServer() {
        try (Tracking tracking = tracking(true)) {
            tracking.runStarted(SampleRun.start(0));
            tracking.epochCompleted(SampleRun.epoch(1));
            tracking.epochCompleted(SampleRun.epoch(2));
        }
        Map<String, Object> config = new HashMap<>(SampleRun.CONFIG);
        config.put("epochs", 12L);
        config.put("resume", true);
        try (Tracking tracking = tracking(false)) {
            tracking.runStarted(SampleRun.start(2, config));
            tracking.epochCompleted(SampleRun.epoch(3));
        }
        assertThat(server.violations).isEmpty();
        assertThat(onlyRun().steps("accuracy/validation")).containsExactly(1, 2, 3);
        assertThat(onlyRun().statuses).containsExactly("RUNNING", "KILLED", "RUNNING", "FAILED");
        assertThat(onlyRun().params).containsEntry("epochs", "9").containsEntry("resume", "true");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "WELL")
    void whateverAServerDoesItCostsWarningsOnly(Mood mood) throws Exception {
        server.mood = mood;
        Mlflow mlflow = new Mlflow(server.uri(), environment, mood == Mood.HANGS ? Duration.ofMillis(200) : TIMEOUT);
        try (Tracking tracking = new Tracking(List.of(mlflow), () -> false, warnings::add)) {
            tracking.runStarted(SampleRun.start(0));
            server.called.await();
            tracking.epochCompleted(SampleRun.epoch(1));
            tracking.complete(SampleRun.record());
        }
        assertThat(warnings)
                .hasSizeBetween(1, 2)
                .allSatisfy(line -> assertThat(line)
                        .startsWith("MLflow at " + server.uri() + ": runs/")
                        .doesNotContain("\n", "\u001b"));
    }

    @Test
    void aServerThatIsNotThereCostsWarningsOnly() {
        URI nobody = server.uri();
        server.close();
        try (Tracking tracking = tracking(false)) {
            tracking.runStarted(SampleRun.start(0));
            tracking.epochCompleted(SampleRun.epoch(1));
        }
        assertThat(warnings)
                .hasSizeBetween(1, 2)
                .allMatch(line -> line.startsWith("MLflow at " + nobody + ": runs/search: no connection;"));
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"WELL", "HANGS"})
    void aServerThatComesBackIsToldEverythingOnce(Mood mood) throws Exception {
        try (Tracking tracking = tracking(false)) {
            tracking.runStarted(SampleRun.start(1));
            server.called.await();
            server.mood = mood;
            tracking.epochCompleted(SampleRun.epoch(2));
            tracking.epochCompleted(SampleRun.epoch(3));
            server.mood = Mood.WELL;
            tracking.complete(SampleRun.record());
        }
        assertThat(server.violations).isEmpty();
        assertThat(onlyRun().steps("loss/train")).containsExactly(1, 2, 3);
        assertThat(onlyRun().statuses).endsWith("FINISHED");
        assertThat(warnings).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void manyEpochsAndLongValuesKeepToTheLimits() {
        Map<String, Object> config = new HashMap<>(SampleRun.CONFIG);
        IntStream.range(0, 250).forEach(option -> config.put("option-" + option, (long) option));
        config.put("train", "a".repeat(5_999) + "\ud83d\ude00".repeat(200));
        config.put("output", "b".repeat(7_000));
        config.put("empty", "");
        try (Tracking tracking = tracking(false)) {
            tracking.runStarted(SampleRun.start(300, config));
        }
        assertThat(server.violations).isEmpty();
        assertThat(warnings).isEmpty();
        assertThat(onlyRun().steps("loss/train"))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 300).boxed().toList());
        assertThat(onlyRun().params).hasSize(254).containsEntry("train", "a".repeat(5_999));
    }

    @Test
    void theEnvironmentNamesTheExperimentWhichIsMadeIfItIsMissing() {
        environment.put("MLFLOW_EXPERIMENT_NAME", "Ziffern & more");
        environment.put("MLFLOW_EXPERIMENT_ID", "7");
        for (int each = 0; each < 2; each++) {
            try (Tracking tracking = tracking(false)) {
                tracking.runStarted(SampleRun.start(1));
            }
        }
        assertThat(server.violations).isEmpty();
        assertThat(onlyRun().experiment).isEqualTo("1");
        assertThat(server.calls)
                .startsWith("experiments/get-by-name?experiment_name=Ziffern+%26+more", "experiments/create")
                .containsOnlyOnce("experiments/create");
    }

    @Test
    void theEnvironmentLogsInAndNoMessageRepeatsIt() {
        environment.put("MLFLOW_TRACKING_TOKEN", "hunter2");
        environment.put("MLFLOW_EXPERIMENT_ID", "42");
        try (Tracking tracking = tracking(false)) {
            tracking.runStarted(SampleRun.start(1));
        }
        environment.put("MLFLOW_TRACKING_USERNAME", "jäger");
        environment.put("MLFLOW_TRACKING_PASSWORD", "hunter3");
        try (Tracking tracking = tracking(false)) {
            tracking.runStarted(SampleRun.start(1));
        }
        assertThat(server.authorizations).contains("Bearer hunter2", "Basic asOkZ2VyOmh1bnRlcjM=");
        assertThat(warnings)
                .hasSizeBetween(2, 4)
                .allSatisfy(line -> assertThat(line)
                        .contains("runs/create: answered 400 INVALID_PARAMETER_VALUE, found no such experiment;")
                        .doesNotContain("hunter"));
    }

    @Test
    void aTokenWithALineBreakAtItsEndLogsIn() {
        environment.put("MLFLOW_TRACKING_TOKEN", "hunter2\n");
        try (Tracking tracking = tracking(false)) {
            tracking.runStarted(SampleRun.start(1));
        }
        assertThat(warnings).isEmpty();
        assertThat(server.authorizations).contains("Bearer hunter2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hunter\n2", "hunter\u20ac"})
    void aTokenThatIsNoneIsRefusedWithoutRepeatingIt(String token) {
        environment.put("MLFLOW_TRACKING_TOKEN", token);
        assertThatThrownBy(() -> tracking(false))
                .isInstanceOf(LockstepException.class)
                .hasMessage("MLFLOW_TRACKING_TOKEN: expected printable ASCII characters, found others");
    }

    /** What the server knows of an epoch must be all of it, because a later attempt begins with the next one. */
    @Test
    void noEpochIsDividedBetweenCalls() {
        try (Tracking tracking = tracking(false)) {
            tracking.runStarted(SampleRun.start(300));
        }
        assertThat(warnings).isEmpty();
        assertThat(onlyRun().batches).hasSizeGreaterThan(2);
        assertThat(onlyRun().batches.stream().flatMap(Set::stream)).hasSize(300).doesNotHaveDuplicates();
    }

    private Tracking tracking(boolean stopped) {
        Mlflow mlflow = new Mlflow(server.uri(), environment, TIMEOUT);
        return new Tracking(List.of(mlflow), () -> stopped, warnings::add);
    }

    private MlflowServer.Run onlyRun() {
        assertThat(server.runs).hasSize(1);
        return server.runs.values().iterator().next();
    }

    private static Map<String, Double> values(MlflowServer.Run run, int step) {
        Map<String, Double> values = new HashMap<>();
        run.metrics.stream()
                .filter(metric -> metric.path("step").asInt() == step)
                .forEach(metric -> values.put(
                        metric.path("key").asText(), metric.path("value").asDouble()));
        return values;
    }
}
