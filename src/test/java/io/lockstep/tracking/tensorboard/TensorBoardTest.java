package io.lockstep.tracking.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lockstep.LockstepException;
import io.lockstep.tracking.RunEnd;
import io.lockstep.tracking.SampleRun;
import io.lockstep.tracking.Tracking;
import io.lockstep.training.RunStart;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardTest {
    private final List<String> warnings = new ArrayList<>();

    @TempDir
    private Path directory;

    @Test
    void tensorBoardReadsEachEpochOnceWhateverWasWrittenBeforeARunResumed() throws Exception {
        Path place = directory.resolve("tb");
        run(place.toString(), new Configuration(), 0, 1, 2, 3, 4); // of the last two, there was no checkpoint
        run(place.toString(), new Configuration(), 2, 3);
        assertThat(warnings).isEmpty();
        assertThat(files(place.resolve("train"))).hasSize(2);
        assertThat(scalars(place.resolve("train")))
                .contains(
                        "metrics/loss 1 1.5",
                        "metrics/loss 2 1.0",
                        "metrics/cross_entropy 2 0.5",
                        "metrics/accuracy 3 0.75",
                        "optimizer/learning_rate 1 0.10000000149011612",
                        "optimizer/gradient_norm 3 3.0",
                        "time/seconds 3 4.5",
                        "time/examples_per_second 3 1000.0")
                .hasSize(7 * 3);
        assertThat(scalars(place.resolve("validation")))
                .contains("metrics/loss 1 2.5", "metrics/accuracy 3 0.5", "time/examples_per_second 3 2000.0")
                .hasSize(4 * 3);
        assertThat(place.resolve("test")).doesNotExist();
    }

    @Test
    void anEpochIsInTheFileBeforeTheRunEnds() throws Exception {
        Path place = directory.resolve("tb");
        TensorBoard tensorBoard = TensorBoard.at(place.toString(), new Configuration());
        RunStart run = SampleRun.start(2);
        tensorBoard.open(run);
        tensorBoard.add(run.rows().subList(0, 2));
        Path file = place.resolve("train").resolve(files(place.resolve("train")).get(0));
        long withOne = Files.size(file);
        tensorBoard.add(run.rows().subList(2, 4));
        long withTwo = Files.size(file);
        assertThat(withTwo).isGreaterThan(withOne);
        tensorBoard.end(new RunEnd(RunEnd.Status.FAILED, Instant.EPOCH, Optional.empty()));
        assertThat(file).hasSize(withTwo);
    }

    @Test
    void whereFilesAreSeenOnlyWhenTheyAreClosedEachDeliveryHasItsOwn() throws Exception {
        Configuration hadoop = new Configuration();
        hadoop.set("fs.store.impl", Store.class.getName());
        Path place = directory.resolve("tb");
        TensorBoard tensorBoard = TensorBoard.at("store://" + place, hadoop);
        RunStart run = SampleRun.start(3);
        tensorBoard.open(run);
        tensorBoard.add(run.rows().subList(0, 4));
        tensorBoard.add(run.rows().subList(4, 6));
        assertThat(files(place.resolve("train"))).hasSize(3); // and one for the start
        assertThat(scalars(place.resolve("train"))).hasSize(7 * 3);
    }

    @Test
    void aPlaceThatIsNoDirectoryIsRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        for (String place : List.of(file.toString(), "nosuchscheme://host/x")) {
            assertThatThrownBy(() -> TensorBoard.at(place, new Configuration()))
                    .isInstanceOf(LockstepException.class)
                    .hasMessageStartingWith("--tensorboard: expected a directory to write to, found " + place);
        }
    }

    /** @param done epochs that are done already */
    private void run(String place, Configuration hadoop, int done, int... epochs) {
        try (Tracking tracking = new Tracking(List.of(TensorBoard.at(place, hadoop)), () -> false, warnings::add)) {
            tracking.runStarted(SampleRun.start(done));
            for (int epoch : epochs) {
                tracking.epochCompleted(SampleRun.epoch(epoch));
            }
        }
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** Tag, step and value, as TensorBoard's own reader has them; the test is skipped without it. */
    private List<String> scalars(Path events) throws Exception {
        String python = System.getenv().getOrDefault("PYTHON", "python3");
        Path printed = directory.resolve("printed.txt");
        assumeTrue(
                python(printed, python, "-c", "import tensorboard") == 0,
                "no tensorboard for " + python + "; set PYTHON");
        int exitCode = python(printed, python, "src/test/scripts/tensorboard_scalars.py", events.toString());
        assertThat(exitCode).as(Files.readString(printed)).isZero();
        return Files.readAllLines(printed);
    }

    private static int python(Path printed, String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(printed.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            return process.exitValue();
        } catch (IOException notInstalled) {
            return -1;
        }
    }

    /** As an object store, it knows no flushing. */
    public static final class Store extends RawLocalFileSystem {
        @Override
        public URI getUri() {
            return URI.create("store:///");
        }

        @Override
        public FSDataOutputStream create(
                org.apache.hadoop.fs.Path file,
                boolean overwrite,
                int bufferSize,
                short replication,
                long blockSize,
                Progressable progress)
                throws IOException {
            OutputStream out = super.create(file, overwrite, bufferSize, replication, blockSize, progress);
            return new FSDataOutputStream(new FilterOutputStream(out), null);
        }
    }
}
