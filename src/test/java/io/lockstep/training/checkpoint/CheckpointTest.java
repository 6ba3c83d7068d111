package io.lockstep.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.LockstepException;
import io.lockstep.data.Split;
import io.lockstep.linalg.Machine;
import io.lockstep.metrics.EpochMetrics;
import io.lockstep.metrics.EpochRecord;
import io.lockstep.nn.LossSum;
import io.lockstep.optim.OptimizerState;
import io.lockstep.storage.Directory;
import io.lockstep.storage.Safetensors;
import io.lockstep.storage.Tensor;
import io.lockstep.storage.WeightsDigest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointTest {
    private static final RunIdentity IDENTITY =
            new RunIdentity(Map.of("seed", "1", "hidden", "none"), Map.of("train", "00ff of 8"));

    /** Of epochs so long that the checkpoints of most steps below are of the second. */
    private static final CheckpointShape SHAPE = new CheckpointShape(3, 1, 4);

    private static final Path GOLDEN =
            Path.of("src/test/resources/golden/run-0.1.0/checkpoints/step-000000000016.safetensors");

    @TempDir
    private Path directory;

    private CheckpointDirectory checkpoints;

    @BeforeEach
    void open() {
        org.apache.hadoop.fs.Path path =
                new org.apache.hadoop.fs.Path(directory.resolve("checkpoints").toUri());
        checkpoints = new CheckpointDirectory(Directory.at(path, new Configuration()), 2);
    }

    @Test
    void readsBackEveryBitOfWhatItWrote() throws IOException {
        for (Checkpoint checkpoint : List.of(checkpoint(2, false), checkpoint(7, true))) {
            checkpoints.write(checkpoint);
            assertThat(newest().orElseThrow()).usingRecursiveComparison().isEqualTo(checkpoint);
        }
    }

    /** Of a run that version 0.1.0 wrote, in the middle of its third epoch. */
    @Test
    void theCheckpointsOfVersion010AreReadAndWrittenAgainByteForByte() throws IOException {
        byte[] file = Files.readAllBytes(GOLDEN);
        Checkpoint checkpoint = Checkpoint.decode(file, "golden");
        assertThat(checkpoint.state().step()).isEqualTo(16);
        assertThat(checkpoint.state().epoch()).isEqualTo(2);
        assertThat(checkpoint
                        .progress()
                        .kept()
                        .orElseThrow()
                        .metrics()
                        .inSample()
                        .exampleCount())
                .isEqualTo(200);
        assertThat(checkpoint.progress().best().orElseThrow()).isEqualTo(new BestEpoch(2, 10 / 19.0));
        assertThat(checkpoint.encode()).isEqualTo(file);
    }

    @Test
    void aRunDoesNotGoOnFromACheckpointOfTheFormerArithmetic() throws IOException {
        RunIdentity former =
                Checkpoint.decode(Files.readAllBytes(GOLDEN), "golden").identity();
        Map<String, String> options = new TreeMap<>(former.options());
        options.remove("blas");
        options.put("arithmetic", "exact");
        assertThatThrownBy(() -> former.requireSame(new RunIdentity(options, former.data())))
                .isInstanceOf(LockstepException.class)
                .hasMessageMatching("cannot resume: .* --blas \\w+, whose products were rounded differently; .*");
    }

    @Test
    void keepsTheNewestOnly() throws IOException {
        for (long step : new long[] {5, 10, 100}) {
            checkpoints.write(checkpoint(step, true));
        }
        assertThat(directory.resolve("checkpoints").toFile().list())
                .containsExactlyInAnyOrder("step-000000000010.safetensors", "step-000000000100.safetensors");
        assertThat(newest().orElseThrow().state().step()).isEqualTo(100);
    }

    @Test
    void thereIsNoneBeforeTheFirst() throws IOException {
        assertThat(newest()).isEmpty();
    }

    @Test
    void passesOverADamagedOneButNotOverAllOfThem() throws IOException {
        checkpoints.write(checkpoint(5, true));
        checkpoints.write(checkpoint(6, true));
        damage("step-000000000006.safetensors");
        assertThat(newest().orElseThrow().state().step()).isEqualTo(5);
        damage("step-000000000005.safetensors");
        assertThatThrownBy(this::newest).isInstanceOf(LockstepException.class).hasMessageContaining("damaged");
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
        assertThat(newest().orElseThrow().state().step()).isEqualTo(5);
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"arithmetic\":[{ | \"arithmetic\":[null,{ | inconsistent",
                "\"arithmetic\":[{\"blas\":\"plain Java\",\"java\":\"VM 17\",\"processor\":\"processor\"}] | \"arithmetic\":[] | at least one JVM",
                "\"seconds\":12.75 | \"seconds\":\"NaN\" | expected seconds from 0",
                "\"seconds\":12.75 | \"seconds\":-1 | expected seconds from 0",
                "\"epoch\":1,\"step\":5,\"slots\" | \"epoch\":-1,\"step\":5,\"slots\" | expected a step from",
                "\"epoch\":1,\"step\":5,\"slots\" | \"epoch\":0,\"step\":5,\"slots\" | an epoch is complete",
                "\"slots\":1 | \"slots\":0 | expected tensors",
                "\"slots\":1 | \"slots\":-7 | expected 0 to 8 slots",
                "\"bestEpoch\":1 | \"bestEpoch\":2 | expected a best epoch",
                "\"bestValidationAccuracy\":0.5 | \"bestValidationAccuracy\":1.5 | expected a finite score",
                "\"split\":\"VALIDATION\" | \"split\":\"TRAIN\" | one row for each split",
                "\"split\":\"VALIDATION\" | \"split\":\"DEV\" | inconsistent",
                "\"penalty\":0.125 | \"penalty\":0.125,\"other\":1 | inconsistent",
                "\"correctCount\":3 | \"correctCount\":9 | expected possible sums",
                "\"correctWeight\":0.7 | \"correctWeight\":1.5 | expected possible sums",
                "\"weight\":1.4 | \"weight\":0 | expected possible sums",
                "\"weight\":1.4, | '' | inconsistent",
                "\"seed\":\"1\" | \"seed\":null | a value for each option",
                "2026-01-02T03:04:05.678901Z | 2026-13-02T03:04:05.678901Z | inconsistent"
            })
    void oneThatIsInconsistentInItselfIsRefusedAlthoughItsDigestIsRight(String found, String forged, String message) {
        String header = header(checkpoint(5, true));
        assertThat(header).contains(found);
        byte[] file = sealed(header.replace(found, forged), checkpoint(5, true));
        assertThatThrownBy(() -> Checkpoint.decode(file, "file"))
                .isInstanceOf(LockstepException.class)
                .hasMessageStartingWith("file: ")
                .hasMessageContaining(message);
    }

    @Test
    void oneWithoutTheRowsOfItsKeptEpochIsRefused() {
        String header = header(checkpoint(5, true)).replaceAll("\"keptRows\":\\[.*]", "\"keptRows\":[]");
        assertThatThrownBy(() -> Checkpoint.decode(sealed(header, checkpoint(2, false)), "file"))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("an epoch is complete");
    }

    @Test
    void oneThatDoesNotFitTheRunIsPassedOver() throws IOException {
        checkpoints.write(checkpoint(5, true));
        for (CheckpointShape other :
                List.of(new CheckpointShape(4, 1, 4), new CheckpointShape(3, 2, 4), new CheckpointShape(3, 1, 100))) {
            assertThatThrownBy(() -> checkpoints.newest(IDENTITY, other))
                    .isInstanceOf(LockstepException.class)
                    .hasMessageContaining("expected " + other.parameterCount() + " parameters");
        }
    }

    @Test
    void oneOfAnotherRunSaysInWhatTheRunsDiffer() throws IOException {
        checkpoints.write(checkpoint(5, true));
        RunIdentity other = new RunIdentity(Map.of("seed", "2", "hidden", "8"), Map.of("train", "00ff of 8"));
        assertThatThrownBy(() -> checkpoints.newest(other, new CheckpointShape(80, 3, 4)))
                .hasMessage(
                        "cannot resume: --hidden: expected none, found 8\ncannot resume: --seed: expected 1, found 2")
                .extracting(failure -> ((LockstepException) failure).kind())
                .isEqualTo(LockstepException.Kind.CONFIGURATION);
    }

    @Test
    void oneFromBeforeBeta2AndEpsilonWereOptionsHasTheirDefaults() throws IOException {
        checkpoints.write(checkpoint(5, true));
        Map<String, String> options = new TreeMap<>(IDENTITY.options());
        options.putAll(Map.of("beta2", "0.999", "epsilon", "1.0E-8"));
        assertThat(checkpoints.newest(new RunIdentity(options, IDENTITY.data()), SHAPE))
                .isPresent();
        options.put("beta2", "0.99");
        assertThatThrownBy(() -> checkpoints.newest(new RunIdentity(options, IDENTITY.data()), SHAPE))
                .hasMessage("cannot resume: --beta2: expected 0.999, found 0.99");
    }

    @Test
    void aHugeFileIsPassedOverUnread() throws IOException {
        checkpoints.write(checkpoint(5, true));
        try (RandomAccessFile huge = new RandomAccessFile(
                directory.resolve("checkpoints/step-000000000006.safetensors").toFile(), "rw")) {
            huge.setLength(Integer.MAX_VALUE - 8L);
        }
        assertThat(newest().orElseThrow().state().step()).isEqualTo(5);
    }

    @Test
    void onlyFilesWithExactlyTheNameOfAStepAreCheckpoints() throws IOException {
        checkpoints.write(checkpoint(5, true));
        Path folder = directory.resolve("checkpoints");
        byte[] older = checkpoint(4, true).encode();
        for (String name : List.of(
                "step-backup.safetensors", "step-9999999999999.safetensors", "step-000000000009.safetensors.bak")) {
            Files.write(folder.resolve(name), older);
        }
        Files.createDirectory(folder.resolve("step-000000000012.safetensors"));
        Files.createSymbolicLink(
                folder.resolve("step-000000000013.safetensors"), folder.resolve("step-000000000005.safetensors"));
        assertThat(newest().orElseThrow().state().step()).isEqualTo(5);
        checkpoints.removeAfter(0);
        assertThat(folder.toFile().list()).hasSize(5).doesNotContain("step-000000000005.safetensors");
    }

    @Test
    void oneUnderTheNameOfAnotherStepIsPassedOver() throws IOException {
        checkpoints.write(checkpoint(5, true));
        Path folder = directory.resolve("checkpoints");
        Files.copy(folder.resolve("step-000000000005.safetensors"), folder.resolve("step-000000000007.safetensors"));
        assertThat(newest().orElseThrow().state().step()).isEqualTo(5);
        Files.delete(folder.resolve("step-000000000005.safetensors"));
        assertThatThrownBy(this::newest).hasMessageContaining("found step 5");
    }

    @Test
    void oneThatCannotBeReadAtTheMomentIsNotPassedOver() throws IOException {
        checkpoints.write(checkpoint(5, true));
        Configuration hadoop = new Configuration();
        hadoop.set("fs.unreadable.impl", UnreadableFileSystem.class.getName());
        org.apache.hadoop.fs.Path path =
                new org.apache.hadoop.fs.Path("unreadable://" + directory.resolve("checkpoints"));
        CheckpointDirectory unreadable = new CheckpointDirectory(Directory.at(path, hadoop), 2);
        assertThatThrownBy(() -> unreadable.newest(IDENTITY, SHAPE))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("step-000000000005.safetensors cannot be read: no answer");
    }

    /** Lists files and opens none. */
    public static final class UnreadableFileSystem extends RawLocalFileSystem {
        @Override
        public URI getUri() {
            return URI.create("unreadable:///");
        }

        @Override
        public String getScheme() {
            return "unreadable";
        }

        @Override
        public FSDataInputStream open(org.apache.hadoop.fs.Path file, int bufferSize) throws IOException {
            throw new IOException("no answer");
        }
    }

    /** The JSON part of a checkpoint. */
    static String header(Checkpoint checkpoint) {
        return Safetensors.decode(checkpoint.encode(), "file").metadata().get("lockstep.checkpoint");
    }

    /** A file with the arrays of a checkpoint, another header, and the digest that belongs to both. */
    static byte[] sealed(String header, Checkpoint arrays) {
        List<Tensor> tensors = Safetensors.decode(arrays.encode(), "file").tensors();
        String digest = WeightsDigest.sha256(
                header.getBytes(StandardCharsets.UTF_8),
                tensors.stream().map(Tensor::values).toList());
        return Safetensors.encode(tensors, Map.of("lockstep.checkpoint", header, "lockstep.sha256", digest));
    }

    private Optional<Checkpoint> newest() throws IOException {
        return checkpoints.newest(IDENTITY, SHAPE);
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
                new EpochMetrics(
                        at,
                        0.125,
                        Map.of(
                                Split.TRAIN, new EpochMetrics.OfSplit(new LossSum(Math.PI, 3, 8, 8), 1e5),
                                Split.VALIDATION, new EpochMetrics.OfSplit(new LossSum(Math.E, 0.7, 1.4, 2), 1e6))));
        TrainingState state = new TrainingState(
                new float[] {1, 2, 3},
                new OptimizerState(List.of(new float[] {0.5f, -1, 7})),
                (int) (step / SHAPE.stepsPerEpoch()),
                step);
        return new Checkpoint(
                "run",
                IDENTITY,
                List.of(new Machine("plain Java", "VM 17", "processor")),
                new Progress(
                        state,
                        12.75,
                        kept ? Optional.of(epoch) : Optional.empty(),
                        kept ? Optional.of(new BestEpoch(1, 0.5)) : Optional.empty()));
    }
}
