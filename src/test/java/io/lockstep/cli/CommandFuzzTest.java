package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.Mutations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.io.FileUtils;
import org.apache.commons.lang3.ArrayUtils;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that are given damaged files succeed, or say in one line which file it is; nothing else happens. */
class CommandFuzzTest {
    private static final String FORMATS_OF_TABLES = "parquet orc csv json";
    private static final String TABLE =
            "SELECT id AS n, CAST(id AS DOUBLE) / 4 AS x, IF(id % 3 = 0, 'grün', 'red, \"dark\"') AS colour,"
                    + " id % 5 = 0 AS b, IF(id % 2 = 0, 'yes', 'no') AS label FROM range(0, 60, 1, 1)";

    /** A bound for hangs, far above what any command needs. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    private static Path shared;

    @TempDir
    private Path own;

    @BeforeAll
    static void writeFilesAndModels() throws IOException {
        WithSpark.run(spark -> {
            for (String format : FORMATS_OF_TABLES.split(" ")) {
                Path written = shared.resolve("written-" + format);
                spark.sql(TABLE)
                        .write()
                        .option("header", "true")
                        .option("escape", "\"")
                        .option("compression", "none")
                        .format(format)
                        .save(written.toString());
                try (DirectoryStream<Path> parts = Files.newDirectoryStream(written, "part-*")) {
                    Files.copy(parts.iterator().next(), shared.resolve("good." + format));
                }
            }
        });
        String libsvm = IntStream.range(0, 60)
                .mapToObj(i -> (i % 2 == 0 ? "+1" : "-1") + " " + (1 + i % 4) + ":0." + i + " 5:" + i + "e-1")
                .collect(Collectors.joining("\n", "# sixty rows\n", "\n"));
        Files.writeString(shared.resolve("good.libsvm"), libsvm);
        Commands commands = new Commands(shared, shared);
        for (String format : new String[] {"csv", "libsvm"}) {
            commands.run("train --train @good." + format + " --output " + shared.resolve("model-" + format))
                    .digest();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv", "json", "libsvm", "parquet", "orc"})
    void someMutations(String format) throws IOException {
        fuzz(format, 8);
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"csv", "json", "libsvm", "parquet", "orc"})
    void sixHundredMutations(String format) throws IOException {
        fuzz(format, 600);
    }

    private void fuzz(String format, int mutations) throws IOException {
        byte[] original = Files.readAllBytes(shared.resolve("good." + format));
        String predict =
                "predict --model @model-" + (format.equals("libsvm") ? "libsvm" : "csv") + " --data @bad." + format;
        Commands commands = new Commands(own, shared);
        int refused = 0;
        for (int seed = 0; seed < mutations; seed++) {
            Files.write(own.resolve("bad." + format), damaged(original, new Random(seed)));
            String command = seed % 2 == 0 ? "train --train @bad." + format : predict;
            Lockstep result = Assertions.assertTimeoutPreemptively(LIMIT, () -> commands.run(command));
            String what = "mutation of " + format + " with seed " + seed + ": " + result.err();
            if (result.exitCode() == ExitCode.SUCCESS) {
                assertThat(result.err()).as(what).isEmpty();
                FileUtils.deleteDirectory(own.resolve("output").toFile());
            } else {
                assertThat(result.exitCode()).as(what).isEqualTo(ExitCode.BAD_DATA);
                assertThat(result.err().lines())
                        .as(what)
                        .singleElement()
                        .asString()
                        .contains("bad." + format);
                assertThat(own.resolve("output")).as(what).doesNotExist();
                refused++;
            }
        }
        assertThat(refused).as("mutations that were refused").isPositive();
    }

    /** Mutated, doubled, or in a foreign encoding. */
    private static byte[] damaged(byte[] original, Random random) {
        String text = new String(original, StandardCharsets.UTF_8);
        return switch (random.nextInt(20)) {
            case 0 -> ArrayUtils.addAll(original, original);
            case 1 -> text.getBytes(StandardCharsets.UTF_16);
            case 2 -> text.getBytes(StandardCharsets.ISO_8859_1);
            default -> Mutations.mutate(original, random);
        };
    }
}
