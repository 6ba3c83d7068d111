package io.lockstep.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.lockstep.data.Label;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Of what type the labels of a model's classes are. */
public enum LabelType {
    INTEGER(Long.class),
    TEXT(String.class),
    BOOLEAN(Boolean.class);

    private final Class<?> valueType;

    LabelType(Class<?> valueType) {
        this.valueType = valueType;
    }

    /**
     * The type of all labels.
     *
     * @throws IllegalArgumentException if they are of several types, or not ascending
     */
    public static LabelType of(List<Label> labels) {
        LabelType type = Arrays.stream(values())
                .filter(candidate ->
                        candidate.valueType.isInstance(labels.get(0).value()))
                .findFirst()
                .orElseThrow();
        for (int i = 1; i < labels.size(); i++) {
            if (!type.valueType.isInstance(labels.get(i).value())
                    || labels.get(i - 1).compareTo(labels.get(i)) >= 0) {
                throw new IllegalArgumentException("expected labels of one type in ascending order, found "
                        + labels.get(i) + " after " + labels.get(i - 1));
            }
        }
        return type;
    }

    static Optional<LabelType> named(String name) {
        return Arrays.stream(values())
                .filter(type -> type.toString().equals(name))
                .findFirst();
    }

    /** Labels of this type from an array of JSON. */
    List<Label> read(Fields fields, String name) {
        List<Label> labels = fields.list(name, value -> label(fields, name, value));
        try {
            if (!labels.isEmpty()) {
                of(labels);
            }
        } catch (IllegalArgumentException unordered) {
            throw fields.unfit(unordered);
        }
        return labels;
    }

    private Label label(Fields fields, String name, JsonNode value) {
        if (this == INTEGER && value.isIntegralNumber() && value.canConvertToLong()) {
            return new Label(value.longValue());
        }
        if (this == TEXT && value.isTextual()) {
            return new Label(value.textValue());
        }
        if (this == BOOLEAN && value.isBoolean()) {
            return new Label(value.booleanValue());
        }
        throw fields.unfit(name, "an array of labels of type " + this, value);
    }

    /** As it is written in a model's description. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
