package io.lockstep.data.source;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;

/** Spark SQL's types, as far as reading them differs. */
enum SqlType {
    BYTE,
    SHORT,
    INTEGER,
    LONG,
    FLOAT,
    DOUBLE,
    DECIMAL,
    BOOLEAN,
    STRING,
    ARRAY,
    /** The fields of Spark's vectors, {@code type, size, indices, values}, whether or not the class is there. */
    VECTOR,
    OTHER;

    private static final List<String> VECTOR_FIELDS =
            List.of("type:tinyint", "size:int", "indices:array<int>", "values:array<double>");

    static SqlType of(DataType type) {
        if (type instanceof ByteType) {
            return BYTE;
        } else if (type instanceof ShortType) {
            return SHORT;
        } else if (type instanceof IntegerType) {
            return INTEGER;
        } else if (type instanceof LongType) {
            return LONG;
        } else if (type instanceof FloatType) {
            return FLOAT;
        } else if (type instanceof DoubleType) {
            return DOUBLE;
        } else if (type instanceof DecimalType) {
            return DECIMAL;
        } else if (type instanceof BooleanType) {
            return BOOLEAN;
        } else if (type instanceof StringType) {
            return STRING;
        } else if (type instanceof ArrayType array && of(array.elementType()).isNumber()) {
            return ARRAY;
        }
        return stored(type) instanceof StructType struct && isVector(struct) ? VECTOR : OTHER;
    }

    /** What a type of a user's own is made of. */
    static DataType stored(DataType type) {
        return type instanceof UserDefinedType<?> own ? own.sqlType() : type;
    }

    static TableColumn column(StructField field) {
        TableColumn.Type type = switch (of(field.dataType())) {
            case BYTE, SHORT, INTEGER, LONG -> TableColumn.Type.INTEGER;
            case FLOAT, DOUBLE, DECIMAL -> TableColumn.Type.NUMBER;
            case BOOLEAN -> TableColumn.Type.BOOLEAN;
            case STRING -> TableColumn.Type.TEXT;
            case ARRAY, VECTOR -> TableColumn.Type.ARRAY;
            case OTHER -> TableColumn.Type.OTHER;
        };
        return type == TableColumn.Type.OTHER
                ? new TableColumn(
                        field.name(), type, "values of type " + field.dataType().simpleString())
                : new TableColumn(field.name(), type);
    }

    boolean isNumber() {
        return ordinal() <= DECIMAL.ordinal();
    }

    private static boolean isVector(StructType struct) {
        return Arrays.stream(struct.fields())
                .map(field -> field.name() + ":" + field.dataType().catalogString())
                .toList()
                .equals(VECTOR_FIELDS);
    }
}
