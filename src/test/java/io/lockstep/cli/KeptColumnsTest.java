package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code predict} keeps of a row is what the row has, whatever else the column is for. */
class KeptColumnsTest {
    private static final int ROWS = 60;
    private static final StructType SCHEMA = new StructType()
            .add("id", DataTypes.LongType)
            .add("city", DataTypes.StringType)
            .add("age", DataTypes.DoubleType)
            .add("label", DataTypes.StringType);
    private static final List<Row> TABLE =
            IntStream.range(0, ROWS).mapToObj(KeptColumnsTest::row).toList();

    @TempDir
    private static Path directory;

    /** Every tenth has no age, and cannot be scored. */
    private static Row row(int i) {
        Double age = i % 10 == 0 ? null : Double.valueOf(20 + i);
        return RowFactory.create((long) i, i % 2 == 0 ? "Bad \"Aibling\", Süd" : "Köln", age, i % 2 == 0 ? "a" : "b");
    }

    @BeforeAll
    static void tablesAndModel() throws IOException {
        try (SparkSession spark = SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", false)
                .getOrCreate()) {
            Dataset<Row> table = spark.createDataFrame(TABLE, SCHEMA).coalesce(1);
            for (String format : List.of("parquet", "orc", "json", "csv")) {
                table.write()
                        .format(format)
                        .option("header", "true")
                        .option("escape", "\"")
                        .save(place(format));
            }
            table.where("age IS NOT NULL").write().parquet(place("whole"));
        }
        Lockstep trained = Lockstep.run(
                "train",
                "--train",
                place("whole"),
                "--exclude-columns",
                "id",
                "--epochs",
                1,
                "--hidden",
                4,
                "--output",
                directory.resolve("run"));
        assertThat(trained.exitCode()).as(trained.err()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "orc", "json", "csv"})
    void allColumnsAreKeptAsTheyAre(String format) throws IOException {
        Path output = predict(format, "all", "parquet");
        assertThat(read(output, "id", "city", "age", "label")).containsExactlyElementsOf(expected(true, 0, 1, 2, 3));
        assertThat(read(output.resolve("rejected"), "id", "city", "age", "label"))
                .containsExactlyElementsOf(expected(false, 0, 1, 2, 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "csv"})
    void someColumnsAreKeptInTheOrderOfTheOption(String format) throws IOException {
        assertThat(read(predict(format, "age,label,city", "json"), "age", "label", "city"))
                .containsExactlyElementsOf(expected(true, 2, 3, 1));
    }

    @Test
    void whatIsWrittenAsCsvIsReadAgain() throws IOException {
        Path output = predict("whole", "all", "csv");
        Path again = directory.resolve("again");
        Lockstep result = Lockstep.run(
                "predict",
                "--model",
                directory.resolve("run"),
                "--data",
                output,
                "--keep-columns",
                "city",
                "--output-format",
                "json",
                "--output",
                again);
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(read(again, "city")).containsExactlyElementsOf(expected(true, 1));
    }

    private static Path predict(String format, String keep, String outputFormat) {
        Path output = directory.resolve("of-" + format + "-" + keep + "-" + outputFormat);
        Lockstep result = Lockstep.run(
                "predict",
                "--model",
                directory.resolve("run"),
                "--data",
                place(format),
                "--keep-columns",
                keep,
                "--invalid",
                "reject",
                "--output-format",
                outputFormat,
                "--output",
                output);
        assertThat(result.exitCode()).as(result.err()).isZero();
        return output;
    }

    private static String place(String format) {
        return directory.resolve("table." + format).toString();
    }

    private static List<List<String>> expected(boolean scored, int... columns) {
        return TABLE.stream()
                .filter(row -> (row.get(2) != null) == scored)
                .map(row -> texts(IntStream.of(columns).mapToObj(row::get)))
                .toList();
    }

    private static List<List<String>> read(Path output, String... columns) throws IOException {
        try (SparkSession spark = SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", false)
                .getOrCreate()) {
            List<String> files;
            try (Stream<Path> list = Files.list(output)) {
                files = list.map(Path::toString)
                        .filter(file -> file.matches(".*/part-[^/]*"))
                        .sorted()
                        .toList();
            }
            List<List<String>> rows = new ArrayList<>();
            for (String file : files) {
                String format = file.endsWith(".json") ? "json" : "parquet";
                for (Row row : spark.read()
                        .format(format)
                        .load(file)
                        .selectExpr(columns)
                        .collectAsList()) {
                    rows.add(texts(IntStream.range(0, columns.length).mapToObj(row::get)));
                }
            }
            return rows;
        }
    }

    private static List<String> texts(Stream<Object> values) {
        return values.map(String::valueOf).toList();
    }
}
