package io.lockstep.data.source;

import io.lockstep.LockstepException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.SerializableConfiguration;

/**
 * CSV files. Spark's reader repairs what is malformed, or makes it null; this one refuses it, with the line. A field of
 * no characters is missing, unless it is in quotes. Empty lines are passed over, but in a table of one column, where
 * they are a missing value. The files may have their columns in different orders.
 *
 * @param headers by file: the names of its columns in their order
 */
record CsvSource(
        List<TableFile> files,
        List<List<String>> headers,
        CsvOptions options,
        Broadcast<SerializableConfiguration> hadoop)
        implements Source {
    static CsvSource open(JavaSparkContext spark, List<TableFile> all, CsvOptions options) {
        List<List<String>> found = EachFile.ask(spark, all, (part, hadoop) -> header(part.file(), options, hadoop));
        List<TableFile> files = new ArrayList<>();
        List<List<String>> headers = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (!found.get(i).isEmpty()) {
                files.add(all.get(i));
                headers.add(found.get(i));
                ColumnNames.requireDistinct(all.get(i), found.get(i));
                ColumnNames.requireSame(files.get(0), headers.get(0), all.get(i), found.get(i));
            }
        }
        if (files.isEmpty()) {
            throw LockstepException.data(all.get(0).path() + ": expected " + (options.header() ? "a header" : "rows")
                    + ", found an empty file");
        }
        return new CsvSource(files, headers, options, EachFile.configuration(spark));
    }

    @Override
    public List<Column> columns() {
        return headers.get(0).stream()
                .map(name -> new Column(new TableColumn(name, TableColumn.Type.WRITTEN), DataTypes.StringType))
                .toList();
    }

    @Override
    public Reader reader(List<String> columns) {
        CsvOptions written = options;
        Broadcast<SerializableConfiguration> configuration = hadoop;
        return part -> {
            // Every part reads its file's header again: to ship the headers of all files would cost more.
            List<String> header =
                    header(part.file(), written, configuration.value().value());
            int[] fields = columns.stream().mapToInt(header::indexOf).toArray();
            return new CsvRows(Lines.open(part, configuration.value().value()), part, written, header, fields);
        };
    }

    /** The names of the columns; none of a file without lines. */
    private static List<String> header(TableFile file, CsvOptions options, Configuration hadoop) throws IOException {
        try (Lines lines = Lines.open(FilePart.whole(file), hadoop)) {
            CsvRecord record = CsvRows.first(lines, options);
            return IntStream.range(0, record.count())
                    .mapToObj(field -> options.header() ? name(record, field, lines) : "c" + (field + 1))
                    .toList();
        }
    }

    private static String name(CsvRecord record, int field, Lines lines) {
        String name = record.text(field);
        if (name.isBlank()) {
            throw LockstepException.data(lines.place() + ": expected a name for each column, found none for column "
                    + (field + 1) + " of " + record.count());
        }
        return name;
    }
}
