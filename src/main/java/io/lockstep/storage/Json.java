package io.lockstep.storage;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.lockstep.LockstepException;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;

/** JSON as we read it from disk: bounded in size and depth, no duplicate keys, nothing after the value. */
public final class Json {
    /** Longest JSON text that is read unless the caller sets a limit of its own. */
    public static final int MAX_BYTES = 1 << 20;

    /** Longest JSON text that any caller may read. */
    private static final int LARGEST_LIMIT = 64 << 20;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxDocumentLength(LARGEST_LIMIT)
                            .maxNestingDepth(16)
                            .maxNumberLength(64)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .addModule(new SimpleModule()
                    .addSerializer(Instant.class, ToStringSerializer.instance)
                    .addDeserializer(Instant.class, new InstantDeserializer()))
            .build();

    private Json() {}

    /** Records, maps, lists, strings and numbers as indented JSON with a final line break. */
    public static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value) + "\n";
        } catch (JsonProcessingException failure) {
            throw new IllegalStateException("not representable as JSON", failure);
        }
    }

    /** The same on one line, without a line break. */
    public static String writeCompact(Object value) {
        return MAPPER.valueToTree(value).toString();
    }

    /**
     * @param where names the text in the message
     * @throws LockstepException of kind {@code DATA} if it is not one JSON value
     */
    public static JsonNode read(byte[] text, String where) {
        return read(text, MAX_BYTES, where);
    }

    /**
     * As above.
     *
     * @param maxBytes the longest text that is accepted, at most 64 MB
     */
    public static JsonNode read(byte[] text, int maxBytes, String where) {
        if (text.length > maxBytes) {
            throw LockstepException.data(
                    where + ": expected at most " + maxBytes + " bytes of JSON, found " + text.length);
        }
        try {
            return MAPPER.readTree(new String(text, StandardCharsets.UTF_8));
        } catch (JsonProcessingException failure) {
            throw LockstepException.data(where + ": not valid JSON: " + failure.getOriginalMessage(), failure);
        }
    }

    /** A record or map as a JSON object. */
    public static ObjectNode object(Object value) {
        return MAPPER.valueToTree(value);
    }

    /**
     * A record from a JSON value of which every component must be given, and nothing else.
     *
     * @throws IllegalArgumentException if it does not fit
     */
    public static <T> T convert(JsonNode value, Class<T> type) {
        try {
            return MAPPER.treeToValue(value, type);
        } catch (JsonProcessingException unfit) {
            throw new IllegalArgumentException(unfit.getOriginalMessage(), unfit);
        }
    }

    /**
     * As above, from the fields of an object that are named as the record's components. It removes them from the
     * object.
     *
     * @throws IllegalArgumentException if one is missing or does not fit
     */
    public static <T extends Record> T take(ObjectNode object, Class<T> type) {
        ObjectNode taken = MAPPER.createObjectNode();
        for (RecordComponent component : type.getRecordComponents()) {
            JsonNode value = object.remove(component.getName());
            if (value != null) {
                taken.set(component.getName(), value);
            }
        }
        return convert(taken, type);
    }

    /** Reads a record; every component must be given, and nothing else. */
    public static <T> T read(String text, Class<T> type) throws JsonProcessingException {
        return MAPPER.readValue(text, type);
    }

    /** As {@link Instant#toString} writes it. */
    private static final class InstantDeserializer extends FromStringDeserializer<Instant> {
        private static final long serialVersionUID = 1;

        InstantDeserializer() {
            super(Instant.class);
        }

        @Override
        protected Instant _deserialize(String text, DeserializationContext context) throws IOException {
            try {
                return Instant.parse(text);
            } catch (DateTimeException invalid) {
                return (Instant) context.handleWeirdStringValue(Instant.class, text, "%s", invalid.getMessage());
            }
        }
    }
}
