package io.lockstep.data.source;

import io.lockstep.LockstepException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Writes tables for tests, and reads them. */
final class Tables implements AutoCloseable {
    final JavaSparkContext spark = new JavaSparkContext(
            new SparkConf().setMaster("local[2]").setAppName("tables").set("spark.sql.shuffle.partitions", "2"));

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

    @Override
    public void close() {
        spark.stop();
    }
}
