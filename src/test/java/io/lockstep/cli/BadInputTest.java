package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.data.IdxData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad data end with exit code 3, one line that names the file, and no run directory. */
class BadInputTest {
    private static final IdxData DATA = IdxData.clusters(200, 8, 3, 1);

    @TempDir
    private Path directory;

    private Path images;
    private Path labels;
    private Path output;

    @BeforeEach
    void writeGoodData() throws IOException {
        images = DATA.write(directory, "train");
        labels = directory.resolve("train-labels-idx1-ubyte");
        output = directory.resolve("run");
    }

    @Test
    void missingImages() throws IOException {
        Files.delete(images);
        assertRefused("train-images-idx3-ubyte: no such file");
    }

    @Test
    void missingLabels() throws IOException {
        Files.delete(labels);
        assertRefused("expected its labels next to it as train-labels-idx1-ubyte");
    }

    @Test
    void aDirectoryInsteadOfAFile() {
        assertRefused(
                Lockstep.run("train", "--train", directory, "--format", "idx", "--output", output),
                "found a directory");
    }

    @Test
    void wrongMagic() throws IOException {
        overwrite(images, 0, 0x804ff);
        assertRefused("expected an IDX file", "found 0x000804ff");
    }

    @Test
    void labelsInPlaceOfImages() throws IOException {
        Files.write(images, DATA.labelBytes());
        assertRefused("0x00000801");
    }

    @Test
    void truncatedFile() throws IOException {
        cut(images, 100);
        assertRefused("train-images-idx3-ubyte", "truncated");
    }

    @Test
    void headerCutShort() throws IOException {
        Files.write(images, new byte[] {0, 0, 8});
        assertRefused("truncated", "header");
    }

    @Test
    void emptyFile() throws IOException {
        Files.write(images, new byte[0]);
        assertRefused("truncated", "header");
    }

    @Test
    void trailingBytes() throws IOException {
        Files.write(labels, Arrays.copyOf(DATA.labelBytes(), 8 + 200 + 1));
        assertRefused("train-labels-idx1-ubyte", "trailing bytes");
    }

    @Test
    void truncatedGzip() throws IOException {
        byte[] whole = IdxData.gzip(DATA.imageBytes());
        Files.write(images, Arrays.copyOf(whole, whole.length / 2));
        assertRefused("train-images-idx3-ubyte", "truncated");
    }

    @Test
    void corruptGzip() throws IOException {
        byte[] bytes = IdxData.gzip(DATA.imageBytes());
        for (int i = bytes.length / 2; i < bytes.length / 2 + 40; i++) {
            bytes[i] ^= 0x5a;
        }
        Files.write(images, bytes);
        assertRefused("train-images-idx3-ubyte");
    }

    @Test
    void gzipWithAWrongChecksum() throws IOException {
        byte[] bytes = IdxData.gzip(DATA.imageBytes());
        bytes[bytes.length - 8] ^= 1;
        Files.write(images, bytes);
        assertRefused("corrupt gzip", "after its last row");
    }

    @Test
    void gzipWithTrailingRows() throws IOException {
        Files.write(images, IdxData.gzip(Arrays.copyOf(DATA.imageBytes(), 16 + 201 * 8)));
        assertRefused("found more bytes");
    }

    @Test
    void gzipWithBytesAfterItsLastMember() throws IOException {
        byte[] bytes = IdxData.gzip(DATA.imageBytes());
        Files.write(images, Arrays.copyOf(bytes, bytes.length + 1));
        assertRefused("train-images-idx3-ubyte: corrupt gzip data in or after its last row");
    }

    @Test
    void headersThatPromiseMoreThanNumbersHold() throws IOException {
        overwrite(images, 4, Integer.MAX_VALUE);
        overwrite(images, 8, 4096);
        overwrite(images, 12, 4096);
        overwrite(labels, 4, Integer.MAX_VALUE);
        byte[] promising = IdxData.gzip(Files.readAllBytes(images));
        byte[] promisingLabels = IdxData.gzip(Files.readAllBytes(labels));
        for (int i = 0; i < 17; i++) {
            Files.write(directory.resolve(i + "-images"), promising);
            Files.write(directory.resolve(i + "-labels"), promisingLabels);
        }
        images = directory.resolve("[0-9]*-images");
        assertRefused("expected headers that promise at most 1024 TB altogether, found");
    }

    /** The bound is for a reader that opens the pipe, which would wait until somebody wrote to it. */
    @Test
    void aPipeInsteadOfAFile() throws Exception {
        Files.delete(labels);
        assertThat(new ProcessBuilder("mkfifo", labels.toString()).start().waitFor())
                .isZero();
        Assertions.assertTimeoutPreemptively(
                Duration.ofMinutes(2),
                () -> assertRefused("train-labels-idx1-ubyte: expected a file, found a pipe, a socket or a device"));
    }

    @Test
    void aDeviceInsteadOfAFile() {
        images = Path.of("/dev/zero");
        assertRefused("/dev/zero: expected a file, found a pipe, a socket or a device");
    }

    @Test
    void aDirectoryInPlaceOfLabels() throws IOException {
        Files.delete(labels);
        Files.createDirectory(labels);
        assertRefused("train-labels-idx1-ubyte: expected a file, found a directory");
    }

    @Test
    void namesCannotGiveOrdersToTheTerminal() throws IOException {
        images = Files.write(directory.resolve("\u001b[31mred\r-images"), new byte[] {1, 2, 3, 4});
        Files.write(directory.resolve("\u001b[31mred\r-labels"), DATA.labelBytes());
        assertRefused("\\u001b[31mred\\u000d-images: expected an IDX file");
    }

    @ParameterizedTest
    @CsvSource({
        "--train, nosuch://host/x-images, No FileSystem for scheme",
        "--validation, abfs://bucket/x-images, the file system of abfs is not installed",
        "--test, nosuch://host/x-images, No FileSystem for scheme"
    })
    void aFileSystemThatIsMissing(String option, String location, String message) {
        List<Object> arguments = new ArrayList<>(List.of("train", option, location, "--output", output));
        arguments.addAll(option.equals("--train") ? List.of() : List.of("--train", images));
        assertRefused(Lockstep.run(arguments.toArray()), "'" + location + "' cannot be opened: ", message);
    }

    @Test
    void aHeaderThatPromisesMoreRowsThanThereAre() throws IOException {
        overwrite(images, 4, Integer.MIN_VALUE);
        assertRefused("found 2147483648");
        overwrite(images, 4, Integer.MAX_VALUE);
        assertRefused("for the 2147483647 rows of its header", "truncated");
    }

    @Test
    void aGzipHeaderThatPromisesMoreRowsThanThereAre() throws IOException {
        overwrite(images, 4, Integer.MAX_VALUE);
        overwrite(labels, 4, Integer.MAX_VALUE);
        Files.write(images, IdxData.gzip(Files.readAllBytes(images)));
        Files.write(labels, IdxData.gzip(Files.readAllBytes(labels)));
        assertRefused("truncated, the file ends in row 200 of 2147483647");
    }

    @Test
    void aHeaderOfHugeRows() throws IOException {
        overwrite(images, 8, Integer.MAX_VALUE);
        overwrite(images, 12, Integer.MAX_VALUE);
        assertRefused("expected rows of at most");
    }

    @Test
    void aGzipHeaderOfHugeRows() throws IOException {
        overwrite(images, 4, Integer.MAX_VALUE);
        overwrite(images, 8, 30_000);
        overwrite(images, 12, 30_000);
        Files.write(images, IdxData.gzip(Files.readAllBytes(images)));
        assertRefused("expected rows of at most");
    }

    @Test
    void noUriBetweenCommas() {
        Lockstep result = Lockstep.run("train", "--train", ",", "--output", output);
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.err().lines()).hasSize(1);
    }

    @Test
    void countsThatDiffer() throws IOException {
        Files.write(labels, DATA.part(0, 199).labelBytes());
        assertRefused("found 200 images and 199 labels");
    }

    @Test
    void noRows() throws IOException {
        byte[] empty = Arrays.copyOf(DATA.imageBytes(), 16);
        Files.write(images, empty);
        overwrite(images, 4, 0);
        assertRefused("no rows");
    }

    @Test
    void oneClassOnly() throws IOException {
        images = new IdxData(DATA.rows(), Collections.nCopies(200, 7)).write(directory, "train");
        assertRefused("at least two classes, found only label [7]");
    }

    @Test
    void testDataOfAnotherShape() throws IOException {
        Path test = IdxData.clusters(50, 9, 3, 1).write(directory, "test");
        assertRefused(
                Lockstep.run("train", "--train", images, "--test", test, "--output", output), "expected 8 features");
    }

    @Test
    void testLabelsThatTrainingNeverSaw() throws IOException {
        Path test = IdxData.clusters(50, 8, 4, 1).write(directory, "test");
        assertRefused(Lockstep.run("train", "--train", images, "--test", test, "--output", output), "found [3] too");
    }

    @Test
    void validationLabelsThatTrainingNeverSaw() throws IOException {
        Path validation = IdxData.clusters(50, 8, 4, 1).write(directory, "validation");
        assertRefused(
                Lockstep.run("train", "--train", images, "--validation", validation, "--output", output),
                "expected validation rows with the labels of the training rows [0, 1, 2], found [3] too, in ",
                " of 50 rows");
    }

    @ParameterizedTest
    @CsvSource({
        "--keep, best, validation rows for --keep best",
        "--early-stopping-patience, 3, validation rows for --early-stopping-patience 3"
    })
    void anEmptyValidationSplit(String option, String value, String message) {
        assertRefused(
                Lockstep.run(
                        "train",
                        "--train",
                        images,
                        "--validation-fraction",
                        "0.00001",
                        option,
                        value,
                        "--output",
                        output),
                message,
                "of 200 rows is none; use --validation-fraction 0.0");
    }

    @Test
    void divergenceEndsWithItsOwnExitCodeAndKeepsWhatWasGood() {
        // Each step multiplies the weights by 1 - 2 · 5000 · 0.1 = -999, so that they overflow after some epochs.
        Lockstep result = Lockstep.run("train", "--train", images, "--l2", "5000", "--epochs", 30, "--output", output);
        assertThat(result.exitCode()).isEqualTo(4);
        assertThat(result.err()).contains("diverged in epoch", ", step ", "learning rate 0.1", "largest weight");
        assertThat(output.resolve("metrics/epoch-00001.parquet")).exists();
        assertThat(output.resolve("checkpoints")).isNotEmptyDirectory();
        assertThat(output.resolve("run.json")).doesNotExist();
        assertThat(output.resolve("model")).doesNotExist();
    }

    @Test
    void divergenceInTheVeryLastStepIsNoResultEither() {
        Lockstep result = Lockstep.run(
                "train",
                "--train",
                images,
                "--learning-rate",
                "1e38",
                "--l2",
                "100",
                "--epochs",
                "1",
                "--output",
                output);
        assertThat(result.exitCode()).isEqualTo(4);
        assertThat(result.err()).contains("diverged in epoch 1, step 1:");
        assertThat(output.resolve("run.json")).doesNotExist();
        assertThat(output.resolve("model")).doesNotExist();
    }

    private void assertRefused(String... messages) {
        assertRefused(Lockstep.run("train", "--train", images, "--output", output), messages);
    }

    private void assertRefused(Lockstep result, String... messages) {
        assertThat(result.err()).contains(messages);
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.err().lines()).hasSize(1);
        assertThat(output).doesNotExist();
    }

    private static void overwrite(Path file, int offset, int value) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer.wrap(bytes).putInt(offset, value);
        Files.write(file, bytes);
    }

    private static void cut(Path file, int bytes) throws IOException {
        byte[] content = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(content, content.length - bytes));
    }
}
