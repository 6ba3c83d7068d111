package io.lockstep.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.LockstepException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Writes tables for tests, and reads them. */
final class Tables implements BeforeAllCallback, AfterAllCallback {
    JavaSparkContext spark;
    SparkSession session;

    @Override
    public void beforeAll(ExtensionContext test) {
        session = SparkSession.builder().master("local[2]").getOrCreate();
        spark = new JavaSparkContext(session.sparkContext());
    }

    @Override
    public void afterAll(ExtensionContext test) {
        session.stop();
    }

    static Path write(Path file, String content) {
        return write(file, content.getBytes(StandardCharsets.UTF_8));
    }

    static Path write(Path file, byte[] content) {
        try {
            Files.createDirectories(file.getParent());
            return Files.write(file, content);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Writes the result of a query as a table in a directory of its own, within the given one. */
    Path save(String sql, String format, Path parent) throws IOException {
        return save(sql, format, parent, Map.of());
    }

    private Path save(String sql, String format, Path parent, Map<String, String> options) throws IOException {
        Path table = Files.createTempDirectory(parent, format).resolve("table");
        session.sql(sql)
                .write()
                .option("header", "true")
                .option("escape", "\"")
                .options(options)
                .format(format)
                .save(table.toString());
        return table;
    }

    /**
     * Writes it as one file, the only one of its partitions.
     *
     * @param options of the format
     */
    Path saveFile(String sql, String format, Path file, Map<String, String> options) throws IOException {
        Path table = save(sql, format, Files.createDirectories(file.getParent().resolve(".written")), options);
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(table, "part-*")) {
            return Files.copy(parts.iterator().next(), file);
        }
    }

    /** Expects that reading fails in one line, with all parts of the message. */
    void assertRefused(Path uri, String... message) {
        assertThatThrownBy(() -> rows(open(uri)))
                .isInstanceOfSatisfying(LockstepException.class, refused -> {
                    assertThat(refused.kind()).isEqualTo(LockstepException.Kind.DATA);
                    assertThat(refused.getMessage().lines()).hasSize(1);
                })
                .hasMessageContainingAll(message);
    }

    Table open(Object uri) {
        return open(uri, CsvOptions.DEFAULT);
    }

    Table open(Object uri, CsvOptions csv) {
        return Table.open(spark, uri.toString(), TableFormat.AUTO, csv, OptionalInt.empty());
    }

    /** The values of each row of all columns, missing ones as -, read in a job. */
    static List<String> rows(Table table) {
        return rows(table, table.columns().stream().map(TableColumn::name).toList());
    }

    static List<String> rows(Table table, List<String> names) {
        List<TableColumn> columns = names.stream()
                .map(name -> table.columns().stream()
                        .filter(column -> column.name().equals(name))
                        .findFirst()
                        .orElseThrow())
                .toList();
        try {
            return table.rows(names, rows -> {
                        List<String> texts = new ArrayList<>();
                        rows.forEachRemaining(row -> texts.add(text(row, columns)));
                        return texts.iterator();
                    })
                    .collect();
        } catch (Exception failure) { // Spark's is a checked one
            throw LockstepException.within(failure)
                    .<RuntimeException>map(found -> found)
                    .orElseGet(() -> new IllegalStateException(failure));
        }
    }

    /** The same, read here. */
    static List<String> rowsHere(Table table) {
        List<String> texts = new ArrayList<>();
        try (RowIterator rows =
                table.iterator(table.columns().stream().map(TableColumn::name).toList())) {
            rows.forEachRemaining(row -> texts.add(text(row, table.columns())));
        }
        return texts;
    }

    private static String text(TableRow row, List<TableColumn> columns) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            values.add(row.isMissing(i) ? "-" : text(row, i, columns.get(i).type()));
        }
        return String.join("|", values);
    }

    private static String text(TableRow row, int column, TableColumn.Type type) {
        return switch (type) {
            case ARRAY -> {
                List<String> pairs = new ArrayList<>();
                row.forEachValue(column, (index, value) -> {
                    if (value != 0) {
                        pairs.add(index + ":" + Numbers.text(value));
                    }
                });
                yield row.length(column) + pairs.toString();
            }
            case OTHER -> String.valueOf(row.value(column));
            case INTEGER -> {
                row.number(column);
                yield Long.toString(row.integer(column));
            }
            case NUMBER -> {
                row.number(column);
                yield row.text(column);
            }
            default -> row.text(column);
        };
    }
}
