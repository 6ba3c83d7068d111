package io.lockstep.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lockstep.cli.Lockstep;
import io.lockstep.data.IdxData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ctrl-C, and what a cluster manager sends instead, at a random step of the real command. */
class InterruptIT {
    private static final Path CONF = Path.of("conf").toAbsolutePath();
    private static final int EPOCHS = 12;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void theRunStopsWithACheckpointAndGoesOnFromIt(String signal) throws Exception {
        String expected = start("undisturbed").await(2).digest();
        Submission submission = start("run");
        int epoch = 1 + new Random(signal.hashCode()).nextInt(EPOCHS / 2);
        awaitEpoch(submission, epoch);
        submission.signal(signal);
        Lockstep stopped = submission.await(2);
        assertThat(stopped.exitCode()).as(stopped.out() + stopped.err()).isEqualTo(130);
        assertThat(stopped.err()).contains("finishing the step", "interrupted after step", "--resume");
        assertThat(directory.resolve("run/run.json")).doesNotExist();

        Lockstep resumed = start("run", "--resume").await(2);
        assertThat(resumed.out()).contains("\nresuming after step");
        assertThat(resumed.digest()).isEqualTo(expected);
    }

    @Test
    void aSecondSignalEndsTheProcessAtOnce() throws Exception {
        Submission submission = start("run", "--epochs", "100000");
        awaitEpoch(submission, 1);
        submission.signal("STOP"); // so that both arrive before the end of a step
        submission.signal("INT");
        submission.signal("TERM");
        submission.signal("CONT");
        Lockstep ended = submission.await(1);
        assertThat(ended.exitCode()).isEqualTo(130);
        assertThat(ended.err()).doesNotContain("interrupted after step");
    }

    private Submission start(String run, Object... options) throws Exception {
        Path images = directory.resolve("train-images-idx3-ubyte");
        if (!Files.exists(images)) {
            IdxData.clusters(6000, 100, 5, 1).write(directory, "train");
        }
        Object[] arguments = {
            "train",
            "--train",
            images,
            "--hidden",
            64,
            "--batch-size",
            64,
            "--keep",
            "last",
            "--output",
            directory.resolve(run)
        };
        java.util.List<Object> all = new java.util.ArrayList<>(java.util.List.of(arguments));
        if (!java.util.List.of(options).contains("--epochs")) {
            all.addAll(java.util.List.of("--epochs", EPOCHS));
        }
        all.addAll(java.util.List.of(options));
        return Submission.start(directory, CONF, "local.sh", all.toArray());
    }

    private void awaitEpoch(Submission submission, int epoch) {
        Path metrics = directory.resolve(String.format("run/metrics/epoch-%05d.parquet", epoch));
        await().atMost(2, TimeUnit.MINUTES).until(() -> !submission.isRunning() || Files.exists(metrics));
    }
}
