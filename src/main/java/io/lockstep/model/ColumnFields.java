package io.lockstep.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.lockstep.data.prepare.ColumnPreparation;
import io.lockstep.data.prepare.ColumnPreparation.Bytes;
import io.lockstep.data.prepare.ColumnPreparation.Categories;
import io.lockstep.data.prepare.ColumnPreparation.Numbers;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.DoubleStream;

/** The preparation of a column as a JSON object. Of arrays, one number instead of a list holds for all values. */
final class ColumnFields {
    private static final String ZEROS = "zeros";
    private static final String REFUSED = "refused";

    private ColumnFields() {}

    static Map<String, Object> write(ColumnPreparation column) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("column", column.name());
        if (column instanceof Numbers numbers) {
            fields.put("kind", numbers.array() ? "array" : "number");
            if (numbers.array()) {
                fields.put("length", numbers.valueCount());
            }
            fields.put("subtract", numbers(numbers.subtract()));
            fields.put("divide", numbers(numbers.divide()));
            fields.put("missing", numbers(numbers.missing()));
        } else if (column instanceof Categories categories) {
            fields.put("kind", "category");
            fields.put("categories", categories.categories());
            fields.put("unseen", categories.unseenAllowed() ? ZEROS : REFUSED);
            fields.put("missing", categories.missingAllowed() ? ZEROS : REFUSED);
        } else if (column instanceof Bytes bytes) {
            fields.put("kind", "bytes");
            fields.put("length", bytes.valueCount());
            fields.put("scale", (double) bytes.scale());
        }
        return fields;
    }

    /** @param maxLength the most inputs that the column may become */
    static ColumnPreparation read(Fields fields, int maxLength) {
        try {
            ColumnPreparation column = column(fields, fields.text("column"), maxLength);
            fields.end();
            return column;
        } catch (IllegalArgumentException invalid) {
            throw fields.unfit(invalid);
        }
    }

    private static ColumnPreparation column(Fields fields, String name, int maxLength) {
        return switch (fields.text("kind")) {
            case "number" ->
                new Numbers(
                        name,
                        false,
                        numbers(fields, "subtract", 1),
                        numbers(fields, "divide", 1),
                        numbers(fields, "missing", 1));
            case "array" -> array(fields, name, length(fields, maxLength));
            case "category" ->
                new Categories(
                        name,
                        fields.texts("categories"),
                        zerosAllowed(fields, "unseen"),
                        zerosAllowed(fields, "missing"));
            case "bytes" -> new Bytes(name, length(fields, maxLength), (float) fields.number("scale"));
            default ->
                throw fields.unfit("kind", "\"number\", \"array\", \"category\" or \"bytes\"", fields.field("kind"));
        };
    }

    /** Lengths are small numbers in the file, for which much memory is taken. */
    private static int length(Fields fields, int maxLength) {
        int length = fields.integer("length");
        if (length < 1 || length > maxLength) {
            throw fields.unfit(
                    "length", "from 1 to " + maxLength + ", for which layerSizes leaves room,", fields.field("length"));
        }
        return length;
    }

    private static Numbers array(Fields fields, String name, int length) {
        return new Numbers(
                name,
                true,
                numbers(fields, "subtract", length),
                numbers(fields, "divide", length),
                numbers(fields, "missing", length));
    }

    private static boolean zerosAllowed(Fields fields, String name) {
        String text = fields.text(name);
        if (!text.equals(ZEROS) && !text.equals(REFUSED)) {
            throw fields.unfit(name, "\"" + ZEROS + "\" or \"" + REFUSED + "\"", fields.field(name));
        }
        return text.equals(ZEROS);
    }

    /** One for all where they are the same; "refused" for NaN. */
    private static Object numbers(double[] values) {
        boolean same = Arrays.stream(values).allMatch(value -> Double.compare(value, values[0]) == 0);
        return same
                ? number(values[0])
                : Arrays.stream(values).mapToObj(ColumnFields::number).toList();
    }

    private static Object number(double value) {
        return Double.isNaN(value) ? REFUSED : (Object) value;
    }

    private static double[] numbers(Fields fields, String name, int count) {
        JsonNode value = fields.field(name);
        if (!value.isArray()) {
            return DoubleStream.generate(() -> number(fields, name, value))
                    .limit(count)
                    .toArray();
        }
        double[] numbers = fields.list(name, element -> number(fields, name, element)).stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
        if (numbers.length != count) {
            throw fields.unfit(name, "a number, or " + count + " of them", value);
        }
        return numbers;
    }

    private static double number(Fields fields, String name, JsonNode value) {
        return name.equals("missing") && REFUSED.equals(value.textValue()) ? Double.NaN : fields.number(value, name);
    }
}
