package io.lockstep.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.lockstep.LockstepException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * The fields of a JSON object, each of which must be there and be asked for, so that nothing in a file is passed over.
 * All methods throw a {@link LockstepException} of kind {@code DATA} that names the field, what it should be, and what
 * it is.
 */
final class Fields {
    private final JsonNode object;
    private final String where;
    private final Set<String> asked = new HashSet<>();

    /** @param where names the object in messages */
    Fields(JsonNode object, String where) {
        this.object = object;
        this.where = where;
        if (!object.isObject()) {
            throw LockstepException.data(where + ": expected a JSON object, found " + shortened(object));
        }
    }

    String text(String name) {
        return text(field(name), name);
    }

    /** A text that files need not have. */
    String textOr(String name, String otherwise) {
        return object.has(name) ? text(name) : otherwise;
    }

    List<String> texts(String name) {
        return list(name, value -> text(value, name));
    }

    int integer(String name) {
        return integer(field(name), name);
    }

    List<Integer> integers(String name) {
        return list(name, value -> integer(value, name));
    }

    double number(String name) {
        return number(field(name), name);
    }

    /** The field as it is. */
    JsonNode field(String name) {
        asked.add(name);
        return object.path(name);
    }

    Fields object(String name) {
        return new Fields(field(name), where + ": " + name);
    }

    /** An object in an array; messages count from 0. */
    Fields element(String array, int index, JsonNode element) {
        return new Fields(element, where + ": " + array + "[" + index + "]");
    }

    <T> List<T> list(String name, Function<JsonNode, T> element) {
        JsonNode array = field(name);
        if (!array.isArray()) {
            throw unfit(name, "an array", array);
        }
        List<T> values = new ArrayList<>();
        array.forEach(value -> values.add(element.apply(value)));
        return values;
    }

    /** The field must be this text. */
    void require(String name, String expected) {
        if (!expected.equals(field(name).textValue())) {
            throw unfit(name, "\"" + expected + "\"", field(name));
        }
    }

    double number(JsonNode value, String name) {
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw unfit(name, "a number", value);
        }
        return value.doubleValue();
    }

    /** There must be no fields but those that were asked for. */
    void end() {
        object.fieldNames().forEachRemaining(name -> {
            if (!asked.contains(name)) {
                throw LockstepException.data(
                        where + ": expected no field '" + name + "'; a newer version of Lockstep may have written it");
            }
        });
    }

    LockstepException unfit(String name, String expected, JsonNode found) {
        return LockstepException.data(where + ": expected " + expected + " as " + name + ", found " + shortened(found));
    }

    /** What a value may be that makes no sense for other reasons. */
    LockstepException unfit(RuntimeException problem) {
        return LockstepException.data(where + ": " + problem.getMessage(), problem);
    }

    private String text(JsonNode value, String name) {
        if (!value.isTextual()) {
            throw unfit(name, "text", value);
        }
        return value.textValue();
    }

    private int integer(JsonNode value, String name) {
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw unfit(name, "an integer", value);
        }
        return value.intValue();
    }

    private static String shortened(JsonNode value) {
        String text = value.isMissingNode() ? "nothing" : value.toString();
        int longest = 60;
        return text.length() <= longest ? text : text.substring(0, longest) + "…";
    }
}
