package io.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.LockstepException;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.metrics.EpochRecord;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.metrics.Split;
import io.lockstep.nn.LossSum;
import io.lockstep.optim.OptimizerState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
    @TempDir
    private Path directory;

    private CheckpointDirectory checkpoints;

    @BeforeEach
    void open() {
        checkpoints = new CheckpointDirectory(
                new org.apache.hadoop.fs.Path(directory.resolve("checkpoints").toUri()), 2, new Configuration());
    }

    @Test
    void readsBackEveryBitOfWhatItWrote() throws IOException {
        for (Checkpoint checkpoint : List.of(checkpoint(7, true), checkpoint(9, false))) {
            checkpoints.write(checkpoint);
            assertThat(checkpoints.newest().orElseThrow())
                    .usingRecursiveComparison()
                    .isEqualTo(checkpoint);
        }
    }

    @Test
    void keepsTheNewestOnly() throws IOException {
        for (long step : new long[] {5, 10, 100}) {
            checkpoints.write(checkpoint(step, true));
        }
        assertThat(directory.resolve("checkpoints").toFile().list())
                .containsExactlyInAnyOrder("step-000000000010.safetensors", "step-000000000100.safetensors");
        assertThat(checkpoints.newest().orElseThrow().state().step()).isEqualTo(100);
    }

    @Test
    void thereIsNoneBeforeTheFirst() throws IOException {
        assertThat(checkpoints.newest()).isEmpty();
    }

    @Test
    void passesOverADamagedOneButNotOverAllOfThem() throws IOException {
        checkpoints.write(checkpoint(5, true));
        checkpoints.write(checkpoint(6, true));
        damage("step-000000000006.safetensors");
        assertThat(checkpoints.newest().orElseThrow().state().step()).isEqualTo(5);
        damage("step-000000000005.safetensors");
        assertThatThrownBy(checkpoints::newest)
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void aSingleFlippedBitOfAWeightIsNoticed() {
        byte[] file = checkpoint(5, true).encode();
        for (int fromEnd : new int[] {1, 10, 30}) {
            byte[] damaged = file.clone();
            damaged[file.length - fromEnd] ^= 1;
            assertThatThrownBy(() -> Checkpoint.decode(damaged, "file"))
                    .isInstanceOf(LockstepException.class)
                    .hasMessageContaining("digest");
        }
    }

    @Test
    void neitherIsAChangedCounterOverlooked() {
        String file = new String(checkpoint(9, true).encode(), StandardCharsets.ISO_8859_1);
        for (String[] change : new String[][] {
            {"\\\"step\\\":9", "\\\"step\\\":8"}, {"\\\"correctCount\\\":3", "\\\"correctCount\\\":4"}
        }) {
            assertThat(file).contains(change[0]);
            byte[] damaged = file.replace(change[0], change[1]).getBytes(StandardCharsets.ISO_8859_1);
            assertThatThrownBy(() -> Checkpoint.decode(damaged, "file"))
                    .isInstanceOf(LockstepException.class)
                    .hasMessageContaining("digest");
        }
    }

    @Test
    void whatIsLaterThanAStepIsRemoved() throws IOException {
        checkpoints.write(checkpoint(5, true));
        checkpoints.write(checkpoint(6, true));
        checkpoints.removeAfter(5);
        assertThat(checkpoints.newest().orElseThrow().state().step()).isEqualTo(5);
    }

    @Test
    void aTruncatedFileIsNoCheckpoint() {
        byte[] file = checkpoint(5, true).encode();
        for (int length = 0; length < file.length; length += 13) {
            byte[] truncated = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> Checkpoint.decode(truncated, "file")).isInstanceOf(LockstepException.class);
        }
    }

    @Test
    void anotherSafetensorsFileIsNoCheckpoint() {
        byte[] file = Safetensors.encode(List.of(Tensor.vector("parameters", new float[] {1})), Map.of());
        assertThatThrownBy(() -> Checkpoint.decode(file, "file"))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("expected a checkpoint");
    }

    private void damage(String name) throws IOException {
        Path file = directory.resolve("checkpoints").resolve(name);
        byte[] content = Files.readAllBytes(file);
        content[content.length - 2] ^= 4;
        Files.write(file, content);
    }

    static Checkpoint checkpoint(long step, boolean kept) {
        EpochRecord at = new EpochRecord(1, 4, 0.1, 1.0 / 3, 2.5, Instant.parse("2026-01-02T03:04:05.678901Z"));
        KeptEpoch epoch = new KeptEpoch(
                new float[] {3, Float.MIN_VALUE, -0f},
                List.of(
                        new MetricsRow(at, Split.TRAIN, new LossSum(Math.PI, 3, 8), 0.125, 1e5),
                        new MetricsRow(at, Split.VALIDATION, new LossSum(Math.E, 1, 2), 0.125, 1e6)));
        return new Checkpoint(
                "run",
                new RunIdentity(Map.of("seed", "1", "hidden", "none"), Map.of("train", "00ff of 8")),
                List.of(new Arithmetic("plain Java", "VM 17", "processor")),
                new TrainingState(
                        new float[] {1, 2, 3}, new OptimizerState(List.of(new float[] {0.5f, -1, 7})), 1, step),
                12.75,
                kept ? Optional.of(epoch) : Optional.empty(),
                kept ? Optional.of(new BestEpoch(1, 0.5)) : Optional.empty());
    }
}
