package io.lockstep.data.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A value in a JSON object; the object is used again for the next one. */
final class JsonValue {
    /** What a value is. */
    enum Kind {
        MISSING("no values"),
        INTEGER("whole numbers"),
        NUMBER("numbers"),
        BOOLEAN("truth values"),
        TEXT("texts"),
        ARRAY("arrays of numbers"),
        OTHER("objects, or arrays of other values than numbers");

        private final String plural;

        Kind(String plural) {
            this.plural = plural;
        }

        /** In words. */
        String plural() {
            return plural;
        }
    }

    private Kind kind = Kind.MISSING;
    private long whole;
    private double number;
    private BigDecimal exact; // of a whole number that is no long
    private String text;
    private double[] values = {};
    private int count;
    private BigDecimal inexact; // a number of an array that no double is

    void clear() {
        kind = Kind.MISSING;
    }

    Kind kind() {
        return kind;
    }

    /**
     * Reads the value at whose first token the parser is, up to its last.
     *
     * @param line what the parser reads
     */
    void read(JsonParser parser, byte[] line) throws IOException {
        long start = parser.currentTokenLocation().getByteOffset();
        kind = switch (parser.currentToken()) {
            case VALUE_NULL -> Kind.MISSING;
            case VALUE_TRUE, VALUE_FALSE -> Kind.BOOLEAN;
            case VALUE_STRING -> Kind.TEXT;
            case VALUE_NUMBER_INT -> isLong(parser) ? Kind.INTEGER : Kind.NUMBER;
            case VALUE_NUMBER_FLOAT -> Kind.NUMBER;
            case START_ARRAY -> readArray(parser) ? Kind.ARRAY : Kind.OTHER;
            default -> {
                parser.skipChildren();
                yield Kind.OTHER;
            }
        };
        switch (kind) {
            case INTEGER -> whole = parser.getLongValue();
            case NUMBER -> readNumber(parser);
            case BOOLEAN -> whole = parser.getBooleanValue() ? 1 : 0;
            case TEXT -> text = parser.getText();
            case OTHER -> {
                int length = (int) (parser.currentLocation().getByteOffset() - start);
                text = new String(line, (int) start, length, StandardCharsets.UTF_8);
            }
            default -> {}
        }
    }

    long whole() {
        return whole;
    }

    /** The number; null where no double is it. */
    Double number() {
        if (kind == Kind.NUMBER) {
            return exact == null
                    ? Double.valueOf(number)
                    : Numbers.exactly(exact).orElse(null);
        }
        return Numbers.isExact(whole) ? Double.valueOf(whole) : null;
    }

    String text() {
        return switch (kind) {
            case INTEGER -> Long.toString(whole);
            case NUMBER -> exact == null ? Numbers.text(number) : Numbers.text(exact);
            case BOOLEAN -> Boolean.toString(whole == 1);
            case ARRAY -> Arrays.toString(Arrays.copyOf(values, count));
            default -> text;
        };
    }

    int count() {
        return count;
    }

    double value(int index) {
        return values[index];
    }

    /** A number of the array that no double is; null if there is none. */
    BigDecimal inexact() {
        return inexact;
    }

    private void readNumber(JsonParser parser) throws IOException {
        exact = parser.currentToken() == JsonToken.VALUE_NUMBER_INT ? parser.getDecimalValue() : null;
        number = exact == null ? parser.getDoubleValue() : 0;
    }

    /** Whether it is one of numbers only, or of nothing where one is missing. */
    private boolean readArray(JsonParser parser) throws IOException {
        boolean numbers = true;
        count = 0;
        inexact = null;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            JsonToken token = parser.currentToken();
            if (token == JsonToken.VALUE_NULL) {
                add(Double.NaN);
            } else if (token.isNumeric()) {
                double value = parser.getDoubleValue();
                if (token == JsonToken.VALUE_NUMBER_INT
                        && !(isLong(parser) && Numbers.isExact(parser.getLongValue()))
                        && Numbers.exactly(parser.getDecimalValue()).isEmpty()) {
                    inexact = parser.getDecimalValue();
                }
                add(value);
            } else {
                numbers = false;
                parser.skipChildren();
            }
        }
        return numbers;
    }

    private void add(double value) {
        if (count == values.length) {
            values = Arrays.copyOf(values, Math.max(16, 2 * count));
        }
        values[count++] = value;
    }

    private static boolean isLong(JsonParser parser) throws IOException {
        return parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    }
}
