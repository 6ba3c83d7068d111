package io.lockstep.data.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.lockstep.LockstepException;
import java.io.Closeable;
import java.io.IOException;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;

/** Lines that are each a JSON object; empty ones are passed over. */
final class JsonLines implements Closeable {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private final Lines lines;

    JsonLines(FilePart part, Configuration hadoop) throws IOException {
        lines = Lines.open(part, hadoop);
    }

    Lines lines() {
        return lines;
    }

    /**
     * Reads the next object.
     *
     * @param where by name, what takes the value; null to pass over it
     * @return whether there is one
     * @throws LockstepException of kind {@code DATA} if the line is not one object, or has a name twice
     */
    boolean next(Function<String, JsonValue> where) throws IOException {
        do {
            if (!lines.next()) {
                return false;
            }
        } while (isBlank());
        try (JsonParser parser = FACTORY.createParser(lines.bytes(), 0, lines.length())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw lines.refuse("expected a JSON object, {\"column\": value, …}, found another value");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                JsonValue value = where.apply(parser.currentName());
                parser.nextToken();
                if (value == null) {
                    parser.skipChildren();
                } else {
                    value.read(parser, lines.bytes());
                }
            }
            if (parser.nextToken() != null) {
                throw lines.refuse("expected one JSON object, found more behind it");
            }
            return true;
        } catch (JsonProcessingException malformed) {
            String message = malformed.getOriginalMessage();
            throw lines.refuse("expected a JSON object, found malformed text"
                    + (malformed.getLocation() == null
                            ? ""
                            : " in column " + malformed.getLocation().getColumnNr())
                    + ": "
                    + message.lines().findFirst().orElse(message).split(": enable `")[0]); // an option of Jackson
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }

    private boolean isBlank() {
        byte[] bytes = lines.bytes();
        for (int i = 0; i < lines.length(); i++) {
            if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
                return false;
            }
        }
        return true;
    }
}
