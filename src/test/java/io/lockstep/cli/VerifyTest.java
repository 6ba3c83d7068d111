package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.data.IdxData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyTest {
    @TempDir
    private static Path directory;

    private static Path images;
    private static Path run;
    private static String digest;

    @BeforeAll
    static void trainOnce() throws IOException {
        images = IdxData.clusters(200, 8, 3, 1).write(directory, "train");
        run = directory.resolve("run");
        digest = train("run", 1).digest();
    }

    @Test
    void aRunMadeAgainHasTheSameBits() throws IOException {
        Lockstep result = Lockstep.run("verify", run);
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out().lines().reduce("", (first, last) -> last))
                .isEqualTo("equal: " + run + " and the same run again, weights sha256 " + digest);
    }

    @Test
    void twoRunsAreToldApartByTheOptionThatDiffers() {
        assertThat(train("other", 2).exitCode()).isZero();
        Lockstep result = Lockstep.run("verify", run, "--against", directory.resolve("other"));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err().lines())
                .singleElement()
                .asString()
                .contains("the metrics differ from epoch 1 on (")
                .endsWith("; what differs: --seed 1 and 2");
        assertThat(Lockstep.run("verify", run, "--against", run).exitCode()).isZero();
    }

    @Test
    void dataThatHaveChangedAreNamed() throws IOException {
        Path copy = copyOfTheRun("changed");
        Path record = copy.resolve("run.json");
        IdxData.clusters(200, 8, 3, 5).write(directory, "changed");
        Files.writeString(
                record,
                Files.readString(record)
                        .replace(
                                images.toString(),
                                directory.resolve("changed-images-idx3-ubyte").toString()));
        Lockstep result = Lockstep.run("verify", copy);
        assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
        assertThat(result.err()).contains("the metrics differ from epoch 1 on (", "what differs: data fingerprint ");
    }

    @Test
    void weightsThatHaveChangedAreBadData() throws IOException {
        Path copy = copyOfTheRun("damaged");
        Path weights = copy.resolve("model/weights.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);
        Lockstep result = Lockstep.run("verify", copy);
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.err()).contains("weights.safetensors: expected the weights of run.json, sha256 " + digest);
    }

    @Test
    void theReportOfARunIsWhatTrainHasWritten() throws IOException {
        byte[] page = Files.readAllBytes(run.resolve("report.html"));
        Path file = directory.resolve("page of it.html");
        assertThat(Lockstep.run("report", run, "--output", file).exitCode()).isZero();
        assertThat(Files.readAllBytes(file)).isEqualTo(page);
        assertThat(new String(page, StandardCharsets.UTF_8)).contains(digest);
        Lockstep nothing = Lockstep.run("report", directory.resolve("nothing"));
        assertThat(nothing.exitCode()).isEqualTo(2);
        assertThat(nothing.err()).contains("expected a run directory, found nothing at ");
        Lockstep noFile = Lockstep.run("report", run, "--output", directory);
        assertThat(noFile.exitCode()).isEqualTo(2);
        assertThat(noFile.err()).contains("--output: expected the path of a file, found the directory " + directory);
    }

    private static Lockstep train(String output, int seed) {
        return Lockstep.run(
                "train",
                "--train",
                images,
                "--hidden",
                "4",
                "--epochs",
                "2",
                "--seed",
                seed,
                "--output",
                directory.resolve(output));
    }

    private static Path copyOfTheRun(String name) throws IOException {
        Path copy = directory.resolve(name);
        for (String file : new String[] {
            "run.json",
            "metrics/epoch-00001.parquet",
            "metrics/epoch-00002.parquet",
            "model/model.json",
            "model/weights.safetensors"
        }) {
            Files.createDirectories(copy.resolve(file).getParent());
            Files.copy(run.resolve(file), copy.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        return copy;
    }
}
