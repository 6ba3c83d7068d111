package io.lockstep.data.source;

import io.lockstep.LockstepException;
import java.math.BigDecimal;
import java.util.List;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.unsafe.types.UTF8String;
import scala.Function1;

/** A row of Spark SQL. Its values may be decoded only when they are read, so damage may be noticed only then. */
final class SqlRow implements TableRow {
    private static final int VECTOR_FIELDS = 4; // type (0: sparse, 1: dense), size, indices, values
    private static final int SIZE = 1;
    private static final int INDICES = 2;
    private static final int VALUES = 3;

    private final FilePart part;
    private final List<StructField> fields;
    private final SqlType[] types;
    private final Function1<?, ?>[] converters;
    private InternalRow row;
    private long number;

    SqlRow(FilePart part, List<StructField> fields) {
        this.part = part;
        this.fields = fields;
        types = fields.stream().map(field -> SqlType.of(field.dataType())).toArray(SqlType[]::new);
        converters = new Function1<?, ?>[types.length];
    }

    void set(InternalRow next) {
        row = next;
        number++;
    }

    @Override
    public boolean isMissing(int column) {
        return row.isNullAt(column);
    }

    @Override
    public long integer(int column) {
        try {
            return whole(row, column, types[column]);
        } catch (Exception failure) {
            throw unreadable(column, failure);
        }
    }

    @Override
    public double number(int column) {
        try {
            return number(row, column, types[column], type(column), column);
        } catch (Exception failure) {
            throw unreadable(column, failure);
        }
    }

    @Override
    public String text(int column) {
        try {
            return switch (types[column]) {
                case BYTE, SHORT, INTEGER, LONG -> Long.toString(whole(row, column, types[column]));
                case FLOAT -> Numbers.text(Double.parseDouble(Float.toString(row.getFloat(column))));
                case DOUBLE -> Numbers.text(row.getDouble(column));
                case DECIMAL -> Numbers.text(decimal(row, column, type(column)));
                case BOOLEAN -> Boolean.toString(row.getBoolean(column));
                case STRING -> text(row.getUTF8String(column), column);
                default -> throw new IllegalStateException("column " + column + " has no text");
            };
        } catch (Exception failure) {
            throw unreadable(column, failure);
        }
    }

    @Override
    public int length(int column) {
        try {
            if (types[column] == SqlType.ARRAY) {
                return row.getArray(column).numElements();
            }
            InternalRow vector = row.getStruct(column, VECTOR_FIELDS);
            return vector.isNullAt(SIZE) ? vector.getArray(VALUES).numElements() : vector.getInt(SIZE);
        } catch (Exception failure) {
            throw unreadable(column, failure);
        }
    }

    @Override
    public void forEachValue(int column, ArrayValue values) {
        if (types[column] == SqlType.ARRAY) {
            DataType element = ((ArrayType) type(column)).elementType();
            forEach(row.getArray(column), element, column, null, values);
        } else {
            InternalRow vector = row.getStruct(column, VECTOR_FIELDS);
            ArrayData indices = vector.isNullAt(INDICES) ? null : vector.getArray(INDICES);
            forEach(
                    vector.getArray(VALUES),
                    DataTypes.DoubleType,
                    column,
                    vector.isNullAt(SIZE) ? null : indices,
                    values);
        }
    }

    @Override
    public Object value(int column) {
        if (row.isNullAt(column)) {
            return null;
        }
        try {
            if (converters[column] == null) {
                converters[column] = CatalystTypeConverters.createToScalaConverter(type(column));
            }
            @SuppressWarnings("unchecked")
            Function1<Object, Object> converter = (Function1<Object, Object>) converters[column];
            return converter.apply(row.get(column, SqlType.stored(type(column))));
        } catch (Exception failure) {
            throw unreadable(column, failure);
        }
    }

    @Override
    public String file() {
        return part.file().path();
    }

    @Override
    public String place() {
        return part.start() == 0 ? file() + ": row " + number : file();
    }

    /** The hearer's exceptions are its own, so only those of reading become the file's. */
    private void forEach(ArrayData array, DataType element, int column, ArrayData indices, ArrayValue values) {
        SqlType type = SqlType.of(element);
        int count = array.numElements();
        for (int i = 0; i < count; i++) {
            int index;
            double value;
            try {
                index = indices == null ? i : indices.getInt(i);
                value = array.isNullAt(i) ? Double.NaN : number(array, i, type, element, column);
            } catch (Exception failure) {
                throw unreadable(column, failure);
            }
            values.accept(index, value);
        }
    }

    private double number(SpecializedGetters values, int at, SqlType type, DataType exactType, int column) {
        return switch (type) {
            case FLOAT -> values.getFloat(at);
            case DOUBLE -> values.getDouble(at);
            case BOOLEAN -> values.getBoolean(at) ? 1 : 0;
            case DECIMAL -> number(decimal(values, at, exactType), column);
            case LONG -> {
                long whole = values.getLong(at);
                if (!Numbers.isExact(whole)) {
                    throw Numbers.inexact(place(), fields.get(column).name(), whole);
                }
                yield whole;
            }
            default -> whole(values, at, type);
        };
    }

    private double number(BigDecimal decimal, int column) {
        if (decimal.stripTrailingZeros().scale() > 0) {
            return decimal.doubleValue();
        }
        return Numbers.exactly(decimal)
                .orElseThrow(() -> Numbers.inexact(place(), fields.get(column).name(), Numbers.text(decimal)));
    }

    private static long whole(SpecializedGetters values, int at, SqlType type) {
        return switch (type) {
            case BYTE -> values.getByte(at);
            case SHORT -> values.getShort(at);
            case INTEGER -> values.getInt(at);
            case LONG -> values.getLong(at);
            default -> throw new IllegalStateException(type + " is no type of whole numbers");
        };
    }

    private static BigDecimal decimal(SpecializedGetters values, int at, DataType type) {
        DecimalType decimal = (DecimalType) type;
        return values.getDecimal(at, decimal.precision(), decimal.scale()).toJavaBigDecimal();
    }

    private String text(UTF8String text, int column) {
        if (!text.isValid()) {
            throw LockstepException.data(place() + ": column '"
                    + fields.get(column).name() + "': expected text in UTF-8, found other bytes");
        }
        return text.toString();
    }

    private DataType type(int column) {
        return fields.get(column).dataType();
    }

    private RuntimeException unreadable(int column, Exception failure) {
        return Unreadable.because(place() + ": column '" + fields.get(column).name() + "'", failure);
    }
}
