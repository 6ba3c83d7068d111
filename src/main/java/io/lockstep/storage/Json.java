package io.lockstep.storage;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.lockstep.LockstepException;
import java.nio.charset.StandardCharsets;

/** JSON as we read it from disk: bounded in size and depth, no duplicate keys, nothing after the value. */
public final class Json {
    /** Longest JSON text that is read. */
    public static final int MAX_BYTES = 1 << 20;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxDocumentLength(MAX_BYTES)
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
        if (text.length > MAX_BYTES) {
            throw LockstepException.data(
                    where + ": expected at most " + MAX_BYTES + " bytes of JSON, found " + text.length);
        }
        try {
            return MAPPER.readTree(new String(text, StandardCharsets.UTF_8));
        } catch (JsonProcessingException failure) {
            throw LockstepException.data(where + ": not valid JSON: " + failure.getOriginalMessage(), failure);
        }
    }

    /** Reads a record; every component must be given, and nothing else. */
    public static <T> T read(String text, Class<T> type) throws JsonProcessingException {
        return MAPPER.readValue(text, type);
    }
}
