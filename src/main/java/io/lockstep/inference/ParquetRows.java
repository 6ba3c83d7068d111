package io.lockstep.inference;

import io.lockstep.storage.ParquetBytes;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/** A small table as a Parquet file. All columns may be null. */
final class ParquetRows {
    private ParquetRows() {}

    /**
     * @param columns names and the classes of their values: Long, Double, Boolean or String
     * @param rows each with a value, or null, for each column
     * @param hadoop settings of Parquet
     */
    static byte[] write(List<Map.Entry<String, Class<?>>> columns, List<List<Object>> rows, Configuration hadoop)
            throws IOException {
        MessageType schema = schema(columns);
        List<Group> groups = rows.stream().map(row -> group(schema, row)).toList();
        return ParquetBytes.write(schema, Map.of(), groups, hadoop);
    }

    private static Group group(MessageType schema, List<Object> row) {
        Group group = new SimpleGroup(schema);
        for (int column = 0; column < row.size(); column++) {
            add(group, column, row.get(column));
        }
        return group;
    }

    private static MessageType schema(List<Map.Entry<String, Class<?>>> columns) {
        Types.MessageTypeBuilder schema = Types.buildMessage();
        for (Map.Entry<String, Class<?>> column : columns) {
            Class<?> type = column.getValue();
            if (type == String.class) {
                schema.optional(PrimitiveTypeName.BINARY)
                        .as(LogicalTypeAnnotation.stringType())
                        .named(column.getKey());
            } else {
                schema.optional(
                                type == Long.class
                                        ? PrimitiveTypeName.INT64
                                        : type == Boolean.class ? PrimitiveTypeName.BOOLEAN : PrimitiveTypeName.DOUBLE)
                        .named(column.getKey());
            }
        }
        return schema.named("evaluation");
    }

    private static void add(Group group, int column, Object value) {
        if (value instanceof Long whole) {
            group.add(column, whole);
        } else if (value instanceof Double number) {
            group.add(column, number);
        } else if (value instanceof Boolean flag) {
            group.add(column, flag);
        } else if (value instanceof String text) {
            group.add(column, text);
        } else if (value != null) {
            throw new IllegalArgumentException("expected a Long, Double, Boolean or String, found " + value.getClass());
        }
    }
}
