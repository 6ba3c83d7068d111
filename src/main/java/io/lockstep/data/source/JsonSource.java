package io.lockstep.data.source;

import io.lockstep.LockstepException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Files of JSON objects, one a line. All are read once to learn the columns and what they hold. Writers leave out what
 * is missing, so a column may be absent from a row, and from all rows of a file.
 */
record JsonSource(List<TableFile> files, List<Column> columns, Broadcast<SerializableConfiguration> hadoop)
        implements Source {
    private static final int MAX_COLUMNS = 1_000_000;

    /** Where a value of some kind was first found. */
    private record Place(TableFile file, long offset) implements Serializable {}

    static JsonSource open(JavaSparkContext spark, List<TableFile> files) {
        Map<String, EnumMap<JsonValue.Kind, Place>> all = new LinkedHashMap<>();
        for (Map<String, EnumMap<JsonValue.Kind, Place>> found : EachFile.askLines(spark, files, JsonSource::survey)) {
            found.forEach((name, kinds) -> {
                Map<JsonValue.Kind, Place> known =
                        all.computeIfAbsent(name, any -> new EnumMap<>(JsonValue.Kind.class));
                kinds.forEach(known::putIfAbsent);
            });
        }
        if (all.isEmpty()) {
            throw LockstepException.data(files.get(0).path() + ": expected rows with columns, found none");
        }
        ColumnNames.requireDistinct(files.get(0), List.copyOf(all.keySet()));
        List<Column> columns = new ArrayList<>();
        all.forEach((name, kinds) -> columns.add(column(name, kinds, spark.hadoopConfiguration())));
        return new JsonSource(files, columns, EachFile.configuration(spark));
    }

    @Override
    public Reader reader(List<String> names) {
        Broadcast<SerializableConfiguration> configuration = hadoop;
        Map<String, Column> byName = new LinkedHashMap<>();
        columns.forEach(column -> byName.put(column.name(), column));
        List<Column> asked = names.stream().map(byName::get).toList();
        return part -> new JsonRows(new JsonLines(part, configuration.value().value()), asked);
    }

    private static Map<String, EnumMap<JsonValue.Kind, Place>> survey(FilePart part, Configuration hadoop)
            throws IOException {
        Map<String, EnumMap<JsonValue.Kind, Place>> found = new LinkedHashMap<>();
        Map<String, JsonValue> row = new LinkedHashMap<>();
        try (JsonLines objects = new JsonLines(part, hadoop)) {
            while (objects.next(name -> row.computeIfAbsent(name, any -> new JsonValue()))) {
                if (row.size() > MAX_COLUMNS) {
                    throw objects.lines().refuse("expected at most " + MAX_COLUMNS + " columns, found more");
                }
                row.forEach((name, value) -> found.computeIfAbsent(name, any -> new EnumMap<>(JsonValue.Kind.class))
                        .computeIfAbsent(
                                value.kind(),
                                any -> new Place(part.file(), objects.lines().start())));
                row.values().forEach(JsonValue::clear);
            }
        }
        return found;
    }

    private static Column column(String name, Map<JsonValue.Kind, Place> kinds, Configuration hadoop) {
        Map<JsonValue.Kind, Place> present = new EnumMap<>(kinds);
        present.remove(JsonValue.Kind.MISSING);
        Set<JsonValue.Kind> found = present.keySet();
        if (found.isEmpty() || found.equals(Set.of(JsonValue.Kind.INTEGER, JsonValue.Kind.NUMBER))) {
            return new Column(new TableColumn(name, TableColumn.Type.NUMBER), DataTypes.DoubleType);
        }
        if (found.size() > 1) {
            String holds = present.entrySet().stream()
                    .map(entry -> entry.getKey().plural() + " ("
                            + Lines.place(
                                    entry.getValue().file(), entry.getValue().offset(), hadoop) + ")")
                    .collect(Collectors.joining(" and "));
            return new Column(new TableColumn(name, TableColumn.Type.OTHER, holds), DataTypes.StringType);
        }
        JsonValue.Kind kind = found.iterator().next();
        TableColumn.Type type = TableColumn.Type.valueOf(kind.name());
        return new Column(new TableColumn(name, type, kind.plural()), sqlType(kind));
    }

    private static DataType sqlType(JsonValue.Kind kind) {
        return switch (kind) {
            case INTEGER -> DataTypes.LongType;
            case NUMBER -> DataTypes.DoubleType;
            case BOOLEAN -> DataTypes.BooleanType;
            case ARRAY -> DataTypes.createArrayType(DataTypes.DoubleType);
            default -> DataTypes.StringType;
        };
    }
}
