package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad tables and models end each command with exit code 3 and one line that says where; nothing remains. */
class BadTablesTest {
    private static final String HEADER = "x,colour,label\n";
    private static final String LIBSVM = "yes 1:1 3:2\nno 2:1\n".repeat(10);
    private static final String JSON = "{\"x\":1,\"label\":\"a\"}\n{\"x\":2,\"label\":\"b\"}\n";
    private static final int MILLION = 1_000_000;

    /** What all tests may read. */
    @TempDir
    private static Path shared;

    /** What a test writes. */
    @TempDir
    private Path own;

    private Commands commands;

    /** A header, and 20 rows of which x tells the label. */
    static String good() {
        return IntStream.range(0, 20)
                .mapToObj(i -> i + "," + List.of("red", "green", "blue").get(i % 3) + "," + (i % 2 == 0 ? "yes" : "no"))
                .collect(Collectors.joining("\n", HEADER, "\n"));
    }

    @BeforeAll
    static void writeTablesAndModels() throws IOException {
        Files.writeString(shared.resolve("good.csv"), good());
        Files.writeString(shared.resolve("good.libsvm"), LIBSVM);
        Files.createDirectory(shared.resolve("empty"));
        WithSpark.run(spark -> Map.of(
                        "no-label.parquet", "id AS x, IF(id = 7, NULL, id % 2) AS label",
                        "no-label.orc", "id AS x, IF(id = 7, NULL, id % 2) AS label",
                        "nan.parquet", "IF(id = 7, DOUBLE('NaN'), id) AS x, id % 2 AS label",
                        "infinite.orc", "IF(id = 7, DOUBLE('-inf'), id) AS x, id % 2 AS label",
                        "nan-label.parquet", "id AS x, IF(id = 7, DOUBLE('NaN'), 1D) AS label",
                        "date.parquet", "DATE'2026-01-01' AS x, id % 2 AS label",
                        "text.parquet", "'red' AS colour, 'much' AS x, 'yes' AS label",
                        "arrays.parquet", "array(id, 1, 2) AS a, id % 2 AS label",
                        "longer.parquet", "array(id, 1, 2, 3) AS a, id % 2 AS label")
                .forEach((name, columns) -> spark.sql("SELECT " + columns + " FROM range(0, 20, 1, 1)")
                        .write()
                        .format(name.substring(name.indexOf('.') + 1))
                        .save(shared.resolve(name).toString())));
        Commands commands = new Commands(shared, shared);
        for (String[] model :
                new String[][] {{"model", "good.csv"}, {"sparse", "good.libsvm"}, {"array", "arrays.parquet"}}) {
            String output = shared.resolve(model[0]).toString();
            Lockstep result = commands.run("train --train @" + model[1] + " --output " + output);
            assertThat(result.exitCode()).as(result.err()).isZero();
        }
    }

    @BeforeEach
    void useDirectories() {
        commands = new Commands(own, shared);
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/tables/refused.txt", delimiter = '|', quoteCharacter = '`')
    void badDataAreRefused(String command, String files, String message) throws IOException {
        if (files != null) {
            for (String file : files.split(" & ")) {
                String[] parts = file.split(":", 2);
                write(own.resolve(parts[0]), parts[1].trim());
            }
        }
        assertRefused(commands.run(command), message.split(" ~ "));
    }

    private static void write(Path file, String content) throws IOException {
        String good = file.toString().endsWith(".json") ? JSON : file.toString().endsWith(".svm") ? LIBSVM : good();
        Files.createDirectories(file.getParent());
        Files.writeString(file, content.replaceFirst("GOOD ?", good).replace("\\n", "\n"));
    }

    @Test
    void aColumnOfAMillionCategoriesIsRefused() throws IOException {
        String million = IntStream.range(0, MILLION)
                .mapToObj(i -> "id-" + i + "," + (i % 2 == 0 ? "yes" : "no"))
                .collect(Collectors.joining("\n", "id,label\n", "\n"));
        Files.writeString(own.resolve("million.csv"), million);
        assertRefused(
                commands.run("train --train @million.csv"),
                "million.csv: column 'id'",
                "at most 10000 categories",
                "--exclude-columns");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "predict --model @damaged --data @good.csv",
                "evaluate --model @damaged --data @good.csv",
                "export --model @damaged",
                "train --init-from @damaged --train @good.csv"
            })
    void aDamagedModelIsRefused(String command) throws IOException {
        Path model = Files.createDirectory(own.resolve("damaged"));
        byte[] weights = Files.readAllBytes(shared.resolve("model/model/weights.safetensors"));
        Files.copy(shared.resolve("model/model/model.json"), model.resolve("model.json"));
        assertRefused(commands.run(command), "weights.safetensors: no such file");
        Files.write(model.resolve("weights.safetensors"), Arrays.copyOf(weights, weights.length - 1));
        assertRefused(commands.run(command), "weights.safetensors: ");
        ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN).putFloat(weights.length - Float.BYTES, Float.NaN);
        Files.write(model.resolve("weights.safetensors"), weights);
        assertRefused(commands.run(command), "weights.safetensors: expected finite weights, found NaN");
        String description = Files.readString(model.resolve("model.json"));
        assertThat(description).contains("[ 4, 2, 2 ]");
        Files.writeString(model.resolve("model.json"), description.replace("[ 4, 2, 2 ]", "[ 4, 3, 2 ]"));
        assertRefused(commands.run(command), "weights.safetensors: ", "shape [4, 3], found", "of shape [4, 2]");
        Files.writeString(model.resolve("model.json"), description.substring(0, description.length() / 2));
        assertRefused(commands.run(command), "model.json: ");
    }

    /** A file that is there when the columns are looked up, and gone when the rows are read. */
    @Test
    void aFileThatVanishesIsNamed() throws IOException {
        Files.writeString(own.resolve("vanishing.csv"), good());
        System.setProperty("spark.hadoop.fs.vanishing.impl", VanishingFiles.class.getName());
        try {
            assertRefused(
                    commands.run("train --train vanishing://" + own.resolve("vanishing.csv")),
                    "vanishing.csv: no such file any more");
        } finally {
            System.clearProperty("spark.hadoop.fs.vanishing.impl");
        }
    }

    /** Local files that are deleted once they have been opened. */
    public static final class VanishingFiles extends RawLocalFileSystem {
        @Override
        public String getScheme() {
            return "vanishing";
        }

        @Override
        public URI getUri() {
            return URI.create("vanishing:///");
        }

        @Override
        public FSDataInputStream open(org.apache.hadoop.fs.Path path, int bufferSize) throws IOException {
            FSDataInputStream opened = super.open(path, bufferSize);
            Files.delete(pathToFile(path).toPath());
            return opened;
        }
    }

    private void assertRefused(Lockstep result, String... message) {
        assertThat(result.err()).contains(message);
        assertThat(result.exitCode()).isEqualTo(ExitCode.BAD_DATA);
        assertThat(result.err().lines()).hasSize(1);
        assertThat(own.resolve("output")).doesNotExist();
    }
}
