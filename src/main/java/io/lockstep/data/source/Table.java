package io.lockstep.data.source;

import io.lockstep.LockstepException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * A table in files of any format. Columns are known by name, never by position; upper and lower case differ.
 *
 * <p>Everything wrong with a file is a {@link LockstepException} of kind {@code DATA} that names it, also in tasks.
 */
public final class Table {
    private final JavaSparkContext spark;
    private final Source source;
    private final List<List<FilePart>> parts;
    private final Map<String, Source.Column> columns;
    private final List<TableColumn> inOrder;

    private Table(JavaSparkContext spark, Source source, List<List<FilePart>> parts, List<Source.Column> columns) {
        this.spark = spark;
        this.source = source;
        this.parts = parts;
        this.columns = columns.stream().collect(Collectors.toMap(Source.Column::name, column -> column));
        inOrder = columns.stream().map(Source.Column::column).toList();
    }

    /**
     * Finds the files, reads what they say of their columns, and checks that all fit together.
     *
     * @param uri a file, a directory, a glob, or several of these, separated by commas
     * @param csv for files of that format
     * @throws LockstepException of kind {@code DATA}
     */
    public static Table open(JavaSparkContext spark, String uri, TableFormat format, CsvOptions csv) {
        return open(spark, uri, format, csv, OptionalInt.empty());
    }

    /**
     * The same for a table whose LibSVM files may have features up to a number that is known, that of a model.
     *
     * @param libsvmFeatures the highest index allowed; otherwise it is the highest index found
     */
    public static Table open(
            JavaSparkContext spark, String uri, TableFormat format, CsvOptions csv, OptionalInt libsvmFeatures) {
        Configuration hadoop = spark.hadoopConfiguration();
        List<TableFile> files = TableFiles.find(uri, hadoop);
        TableFormat found = format.of(files);
        Source source = switch (found) {
            case PARQUET, ORC -> ColumnarSource.open(spark, files, found);
            case CSV -> CsvSource.open(spark, files, csv);
            case JSON -> JsonSource.open(spark, files);
            case LIBSVM -> LibsvmSource.open(spark, files, libsvmFeatures);
            case AUTO -> throw new IllegalStateException("the files' names tell a format");
        };
        List<List<FilePart>> parts = FilePart.gather(
                source.files(), file -> !found.isText() || Lines.canBeCut(file, hadoop), spark.defaultParallelism());
        Stream<Source.Column> directories = files.get(0).directories().keySet().stream()
                .map(name -> new Source.Column(new TableColumn(name, TableColumn.Type.WRITTEN), DataTypes.StringType));
        return new Table(
                spark,
                source,
                parts,
                Stream.concat(source.columns().stream(), directories).toList());
    }

    /** In the order of the first file, then those that directories name. */
    public List<TableColumn> columns() {
        return inOrder;
    }

    /** How {@link TableRow#value} holds the named columns. */
    public StructType schema(List<String> names) {
        StructType schema = new StructType();
        for (String name : names) {
            DataType type = column(name).sqlType();
            schema = schema.add(name, type, true);
        }
        return schema;
    }

    /**
     * The rows with the named columns only, in the order of files and of rows in them; no others are read, where the
     * format allows it. A partition of the result comes from consecutive rows, and is empty only if the files' parts
     * are.
     *
     * @param names each once
     * @param reader makes a partition from its rows; each is valid only until the iterator is asked for the next one
     */
    public <R> JavaRDD<R> rows(List<String> names, Function<Iterator<TableRow>, Iterator<R>> reader) {
        Source.Reader rows = reader(names);
        return spark.parallelize(parts, parts.size()).mapPartitions(partition -> {
            RowIterator all = new RowIterator(partition, rows);
            TaskCompletionListener closing = context -> all.close();
            TaskContext.get().addTaskCompletionListener(closing);
            return reader.call(all);
        });
    }

    /** The same rows, read here and now; whoever asks closes them. */
    RowIterator iterator(List<String> names) {
        return new RowIterator(parts.iterator(), reader(names));
    }

    private Source.Reader reader(List<String> names) {
        if (Set.copyOf(names).size() < names.size()) {
            throw new IllegalArgumentException(
                    "expected each column once, found " + names); // Parquet reads it only once
        }
        List<String> inFiles = new ArrayList<>();
        Map<Integer, String> inDirectories = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            column(names.get(i));
            if (source.files().get(0).directories().containsKey(names.get(i))) {
                inDirectories.put(i, names.get(i));
            } else {
                inFiles.add(names.get(i));
            }
        }
        Source.Reader files = source.reader(inFiles);
        return inDirectories.isEmpty() ? files : DirectoryRow.reader(files, names.size(), inDirectories);
    }

    private Source.Column column(String name) {
        Source.Column column = columns.get(name);
        if (column == null) {
            throw new IllegalArgumentException("expected one of the columns " + columns.keySet() + ", found " + name);
        }
        return column;
    }
}
