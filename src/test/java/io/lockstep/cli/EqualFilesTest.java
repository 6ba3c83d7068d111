package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.data.IdxData;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Equal runs in two JVMs, each of which has its own order of unordered maps and sets, write equal files. What names the
 * run or measures time is left out of the comparison.
 */
class EqualFilesTest {
    private static final String[] CHECKPOINTS = {"step-000000000003.safetensors", "step-000000000006.safetensors"};

    @TempDir
    private static Path directory;

    private static Path here;
    private static Path elsewhere;

    @BeforeAll
    static void trainInTwoProcesses() throws Exception {
        IdxData.clusters(300, 8, 3, 1).write(directory, "train");
        here = directory.resolve("here");
        elsewhere = directory.resolve("elsewhere");
        Process process = start(arguments(elsewhere));
        try {
            Lockstep result = Lockstep.run((Object[]) arguments(here));
            assertThat(result.exitCode()).as(result.err()).isZero();
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue())
                .as(Files.readString(directory.resolve("output.txt")))
                .isZero();
    }

    @Test
    void weightsAreEqualByteForByte() {
        assertThat(elsewhere.resolve("model/weights.safetensors"))
                .hasSameBinaryContentAs(here.resolve("model/weights.safetensors"));
    }

    @Test
    void theModelsDescriptionIsEqualApartFromRunAndDate() throws IOException {
        assertThat(description(elsewhere)).isEqualTo(description(here)).contains("\"runId\" : ?", "\"trainedAt\" : ?");
    }

    @Test
    void checkpointsAreEqualApartFromRunAndTimes() throws IOException {
        assertThat(names(elsewhere.resolve("checkpoints")))
                .isEqualTo(names(here.resolve("checkpoints")))
                .contains(CHECKPOINTS);
        for (String name : CHECKPOINTS) {
            byte[] one = Files.readAllBytes(here.resolve("checkpoints").resolve(name));
            byte[] other = Files.readAllBytes(elsewhere.resolve("checkpoints").resolve(name));
            assertThat(header(other)).isEqualTo(header(one)).contains("\"seconds\\\":?", "\"lockstep.sha256\":?");
            assertThat(Arrays.equals(tensors(other), tensors(one)))
                    .as("equal tensors in " + name)
                    .isTrue();
        }
    }

    private static String description(Path run) throws IOException {
        return Files.readString(run.resolve("model/model.json"))
                .replaceAll("\"(runId|trainedAt)\" : \"[^\"]*\"", "\"$1\" : ?");
    }

    /** The header with what names the run or measures time, and the digest over both, blanked out. */
    private static String header(byte[] checkpoint) {
        return new String(checkpoint, Long.BYTES, headerLength(checkpoint), StandardCharsets.UTF_8)
                .strip()
                .replaceAll(
                        "(\\\\\"(?:runId|seconds|examplesPerSecond|timestamp)\\\\\":)(\\\\\"[^\"]*\\\\\"|[0-9.E-]+)",
                        "$1?")
                .replaceAll("(\"lockstep.sha256\":)\"[0-9a-f]{64}\"", "$1?");
    }

    private static byte[] tensors(byte[] checkpoint) {
        return Arrays.copyOfRange(checkpoint, Long.BYTES + headerLength(checkpoint), checkpoint.length);
    }

    private static int headerLength(byte[] file) {
        return Math.toIntExact(
                ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong());
    }

    private static List<String> names(Path files) throws IOException {
        try (Stream<Path> list = Files.list(files)) {
            return list.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static String[] arguments(Path output) {
        Path images = directory.resolve("train-images-idx3-ubyte");
        return ("train --train " + images + " --output " + output + " --hidden 8,4 --epochs 2 --batch-size 100"
                        + " --optimizer adamw --learning-rate 0.01 --partitions 2")
                .split(" ");
    }

    /** The program in a JVM of its own, with this one's options, class path and system properties. */
    private static Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith("-javaagent"))
                .forEach(command::add);
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("spark."))
                .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output.txt").toFile())
                .start();
    }
}
