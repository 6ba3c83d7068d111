package io.lockstep.storage;

import com.fasterxml.jackson.databind.JsonNode;
import io.lockstep.LockstepException;
import io.lockstep.linalg.FloatBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The safetensors format: the header's length as a little-endian 64-bit integer, a JSON header that gives dtype, shape
 * and place of each tensor, and then their bytes without gap or overlap (Hugging Face, "Safetensors", format section).
 * Only float32 tensors are written and read.
 */
public final class Safetensors {
    private static final String DTYPE = "F32";
    private static final String METADATA = "__metadata__";
    private static final int ALIGNMENT = 8;

    /** The longest beginning of a file that is not a tensor's. */
    public static final int MAX_HEADER_BYTES = Long.BYTES + Json.MAX_BYTES;

    private Safetensors() {}

    /**
     * What a file holds.
     *
     * @param tensors in the order of their bytes
     */
    public record Content(Map<String, String> metadata, List<Tensor> tensors) {}

    /**
     * The bytes of a file, which nothing but the arguments decides: metadata are sorted by name, because maps may have
     * another order in each JVM.
     *
     * @param metadata free text by name
     */
    public static byte[] encode(List<Tensor> tensors, Map<String, String> metadata) {
        Map<String, Object> header = new LinkedHashMap<>();
        if (!metadata.isEmpty()) {
            header.put(METADATA, new TreeMap<>(metadata));
        }
        long end = 0;
        for (Tensor tensor : tensors) {
            long begin = end;
            end += (long) Float.BYTES * tensor.values().length;
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("dtype", DTYPE);
            entry.put("shape", tensor.shape());
            entry.put("data_offsets", List.of(begin, end));
            header.put(tensor.name(), entry);
        }
        byte[] json = Json.writeCompact(header).getBytes(StandardCharsets.UTF_8);
        int headerLength = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        byte[] padded = Arrays.copyOf(json, headerLength);
        Arrays.fill(padded, json.length, headerLength, (byte) ' ');
        ByteBuffer file = ByteBuffer.allocate(Math.toIntExact(Long.BYTES + headerLength + end))
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(headerLength)
                .put(padded);
        for (Tensor tensor : tensors) {
            FloatBytes.put(tensor.values(), file);
        }
        return file.array();
    }

    /**
     * @param where names the file in messages
     * @throws LockstepException of kind {@code DATA} unless every byte of the file is accounted for exactly once
     */
    public static Content decode(byte[] file, String where) {
        ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        JsonNode header = header(buffer, where);
        List<Place> places = places(header, where);
        List<Tensor> tensors = new ArrayList<>();
        long end = 0;
        for (Place place : places) {
            if (place.begin() != end) {
                throw LockstepException.data(where + ": expected tensor '" + place.name() + "' to begin at byte " + end
                        + ", found " + place.begin());
            }
            end = place.end();
            if (end > buffer.remaining() + place.begin()) {
                throw LockstepException.data(where + ": truncated in tensor '" + place.name() + "'");
            }
            float[] values = FloatBytes.get(buffer, (int) ((end - place.begin()) / Float.BYTES));
            tensors.add(new Tensor(place.name(), place.shape(), values));
        }
        if (buffer.hasRemaining()) {
            throw LockstepException.data(where + ": expected the file to end after its tensors, found "
                    + buffer.remaining() + " more bytes");
        }
        return new Content(metadata(header, where), tensors);
    }

    /** The metadata of a file of which at least the header is given. */
    public static Map<String, String> metadata(byte[] start, String where) {
        return metadata(header(ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN), where), where);
    }

    /** Reads the header, and leaves the buffer at the first byte after it. */
    private static JsonNode header(ByteBuffer buffer, String where) {
        if (buffer.remaining() < Long.BYTES) {
            throw LockstepException.data(
                    where + ": expected at least 8 bytes of a safetensors file, found " + buffer.remaining());
        }
        long length = buffer.getLong();
        int most = Math.min(Json.MAX_BYTES, buffer.remaining());
        if (length < 2 || length > most) {
            throw LockstepException.data(where + ": expected a header of at most " + most
                    + " bytes, found its length given as " + Long.toUnsignedString(length));
        }
        byte[] json = new byte[(int) length];
        buffer.get(json);
        return Json.read(json, where);
    }

    private static Map<String, String> metadata(JsonNode header, String where) {
        Map<String, String> metadata = new LinkedHashMap<>();
        header.path(METADATA).properties().forEach(entry -> {
            if (!entry.getValue().isTextual()) {
                throw LockstepException.data(where + ": expected text as metadata '" + entry.getKey() + "'");
            }
            metadata.put(entry.getKey(), entry.getValue().textValue());
        });
        return metadata;
    }

    /** Where a tensor lies, in bytes after the header. */
    private record Place(String name, List<Integer> shape, long begin, long end) {}

    private static List<Place> places(JsonNode header, String where) {
        if (!header.isObject()) {
            throw LockstepException.data(where + ": expected the header to be a JSON object");
        }
        List<Place> places = new ArrayList<>();
        header.properties().stream()
                .filter(entry -> !entry.getKey().equals(METADATA))
                .forEach(entry -> places.add(place(entry.getKey(), entry.getValue(), where)));
        places.sort(Comparator.comparingLong(Place::begin).thenComparingLong(Place::end));
        return places;
    }

    private static Place place(String name, JsonNode entry, String where) {
        String tensor = where + ": tensor '" + name + "'";
        if (!DTYPE.equals(entry.path("dtype").textValue())) {
            throw LockstepException.data(tensor + ": expected dtype F32, found " + entry.path("dtype"));
        }
        List<Integer> shape = new ArrayList<>();
        long bytes = Float.BYTES;
        if (!entry.path("shape").isArray()) {
            throw LockstepException.data(tensor + ": expected a shape, found " + entry.path("shape"));
        }
        for (JsonNode dimension : entry.path("shape")) {
            if (!dimension.isIntegralNumber() || !dimension.canConvertToInt() || dimension.intValue() < 0) {
                throw LockstepException.data(tensor + ": expected a shape of integers, found " + entry.path("shape"));
            }
            shape.add(dimension.intValue());
            bytes = multiply(bytes, dimension.intValue(), tensor);
        }
        JsonNode offsets = entry.path("data_offsets");
        long begin = offset(offsets.path(0));
        long end = offset(offsets.path(1));
        if (offsets.size() != 2 || begin < 0 || end < begin || end - begin != bytes) {
            throw LockstepException.data(
                    tensor + ": expected offsets " + bytes + " bytes apart for shape " + shape + ", found " + offsets);
        }
        return new Place(name, shape, begin, end);
    }

    /** Negative unless it is an integer that fits. */
    private static long offset(JsonNode number) {
        return number.isIntegralNumber() && number.canConvertToLong() ? number.longValue() : -1;
    }

    private static long multiply(long bytes, int dimension, String tensor) {
        long product = bytes * dimension;
        if (dimension > 0 && (product / dimension != bytes || product > Integer.MAX_VALUE)) {
            throw LockstepException.data(tensor + ": larger than 2 GB");
        }
        return product;
    }
}
