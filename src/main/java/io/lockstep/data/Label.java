package io.lockstep.data;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a row is labelled with, which keeps its type in the model and in predictions. Numbers are ordered by value,
 * texts by their bytes in UTF-8, false comes before true; the labels of one data set are of one type.
 *
 * @param value a {@link Long}, a {@link String} or a {@link Boolean}
 */
public record Label(Object value) implements Comparable<Label>, Serializable {
    public Label {
        if (!(value instanceof Long || value instanceof String || value instanceof Boolean)) {
            throw new IllegalArgumentException("expected a whole number, a text or a truth value, found " + value);
        }
    }

    public static Label of(long number) {
        return new Label(number);
    }

    @Override
    public int compareTo(Label other) {
        if (value instanceof Long number && other.value instanceof Long otherNumber) {
            return number.compareTo(otherNumber);
        }
        if (value instanceof Boolean flag && other.value instanceof Boolean otherFlag) {
            return flag.compareTo(otherFlag);
        }
        return Arrays.compareUnsigned(bytes(), other.bytes());
    }

    /** As text in UTF-8. */
    private byte[] bytes() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
