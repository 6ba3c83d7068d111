package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.data.IdxData;
import io.lockstep.tracking.mlflow.MlflowServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code train} with trackers, as its user meets it. */
class TrackedRunTest {
    @TempDir
    private Path directory;

    private Path images;

    @BeforeEach
    void data() throws IOException {
        images = IdxData.clusters(300, 8, 3, 1).write(directory, "train");
    }

    @Test
    void trackersAreToldOfARunAndChangeNoBitOfIt() throws Exception {
        Path events = directory.resolve("tracked/tensorboard");
        try (MlflowServer server = new MlflowServer()) {
            Lockstep tracked = train("tracked", "--tensorboard", events, "--track", "mlflow:" + server.uri() + "/");
            assertThat(tracked.err()).isEmpty();
            assertThat(tracked.digest()).isEqualTo(train("alone").digest());
            assertThat(server.violations).isEmpty();
            MlflowServer.Run run = server.runs.values().iterator().next();
            assertThat(run.steps("accuracy/validation")).containsExactly(1, 2);
            assertThat(run.statuses).containsExactly("RUNNING", "FINISHED");
            assertThat(run.tags).containsEntry("lockstep.weights_sha256", tracked.digest());
            assertThat(run.params).containsEntry("epochs", "2").containsEntry("track", "mlflow:" + server.uri() + "/");
            assertThat(train("tracked", "--tensorboard", events, "--resume").exitCode())
                    .as("event files are not in the way of a run that resumes")
                    .isZero();
        }
        for (String split : List.of("train", "validation")) {
            try (Stream<Path> files = Files.list(events.resolve(split))) {
                assertThat(files)
                        .hasSize(2)
                        .allMatch(file ->
                                file.getFileName().toString().matches("events\\.out\\.tfevents\\.\\d{10}\\.lockstep"));
            }
        }
    }

    @Test
    void aServerThatFailsCostsLinesAndNothingElse() throws Exception {
        try (MlflowServer server = new MlflowServer()) {
            server.mood = MlflowServer.Mood.CLOSES_CONNECTIONS;
            Lockstep result = train("tracked", "--track", "mlflow:" + server.uri());
            assertThat(result.exitCode()).isZero();
            assertThat(result.err().lines())
                    .hasSizeBetween(1, 2)
                    .allMatch(line -> line.startsWith("lockstep: MLflow at " + server.uri() + ": runs/search: "))
                    .last()
                    .asString()
                    .endsWith("; the run directory has what is missing there");
        }
    }

    @Test
    void aDryRunIsNotTracked() throws Exception {
        try (MlflowServer server = new MlflowServer()) {
            Path events = directory.resolve("events");
            Lockstep result = train("run", "--dry-run", "--tensorboard", events, "--track", "mlflow:" + server.uri());
            assertThat(result.exitCode()).as(result.err()).isZero();
            assertThat(server.calls).isEmpty();
            assertThat(events).doesNotExist();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://host:5000",
                "wandb:http://host",
                "mlflow",
                "mlflow:",
                "mlflow:host:5000",
                "mlflow:http://",
                "mlflow:http:///path",
                "mlflow:http://host:x",
                "mlflow:http://host:65536",
                "mlflow:ftp://host",
                "mlflow:databricks",
                "mlflow:http://ho st",
                "mlflow:http://user:hunter2@host",
                "mlflow:http://hunter2@host",
                "mlflow:http://host/?token=hunter2",
                "mlflow:http://host/#hunter2"
            })
    void anAddressThatIsNoneIsRefusedAndNoSecretRepeated(String place) {
        Lockstep result = train("run", "--track", place);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err().lines())
                .singleElement()
                .asString()
                .startsWith("lockstep: --track: expected mlflow:http://HOST:PORT")
                .contains("MLFLOW_TRACKING_TOKEN", place.contains("hunter2") ? "found something else" : place)
                .doesNotContain("hunter2");
        assertThat(directory.resolve("run")).doesNotExist();
    }

    @Test
    void aPlaceForEventFilesThatIsNoneIsRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        Path run = directory.resolve("run");
        for (Object place : List.of(
                "",
                " ",
                run,
                run + "/",
                run.resolve("events"),
                run.toUri() + "/events",
                directory.resolve("other/../run/events"),
                file,
                "nosuchscheme://x/y")) {
            Lockstep result = train("run", "--tensorboard", place);
            assertThat(result.err().lines())
                    .singleElement()
                    .asString()
                    .startsWith("lockstep: --tensorboard: expected a directory");
            assertThat(result.exitCode()).isEqualTo(2);
            assertThat(run).doesNotExist();
        }
        assertThat(train("run", "--tensorboard", "s3a://key:hunter2@bucket/x").err())
                .startsWith("lockstep: --tensorboard: expected a location without credentials")
                .doesNotContain("hunter2");
    }

    @Test
    void eventFilesInTheRunDirectoryAreNotInTheWayOfASecondStart() throws Exception {
        Path events = directory.resolve("run/tensorboard");
        Path lost = directory.resolve("lost-images");
        Lockstep first =
                Lockstep.run("train", "--train", lost, "--output", directory.resolve("run"), "--tensorboard", events);
        assertThat(first.exitCode()).as(first.err()).isEqualTo(3);
        Lockstep second = train("run", "--tensorboard", events);
        assertThat(second.exitCode()).as(second.err()).isZero();
    }

    private Lockstep train(String output, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of(
                "train", "--train", images, "--epochs", 2, "--batch-size", 60, "--output", directory.resolve(output)));
        arguments.addAll(List.of(more));
        return Lockstep.run(arguments.toArray());
    }
}
