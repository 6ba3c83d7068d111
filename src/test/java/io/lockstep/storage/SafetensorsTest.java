package io.lockstep.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.LockstepException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsTest {
    private static final String HEADER = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";

    @Test
    void readsWhatTheFormatDescribes() {
        List<Tensor> tensors =
                Safetensors.decode(file(HEADER, 1.5f, -2f), "golden").tensors();
        assertThat(tensors).hasSize(1);
        assertThat(tensors.get(0).name()).isEqualTo("a");
        assertThat(tensors.get(0).shape()).containsExactly(2);
        assertThat(tensors.get(0).values()).containsExactly(1.5f, -2f);
    }

    @Test
    void readsBackWhatItWroteAndAlignsTheData() {
        List<Tensor> tensors = List.of(
                new Tensor("layers.0.weight", List.of(2, 3), new float[] {1, 2, 3, 4, 5, Float.MIN_VALUE}),
                new Tensor("layers.0.bias", List.of(3), new float[] {-0f, 7, 8}));
        byte[] file = Safetensors.encode(tensors, Map.of("key", "value"));
        assertThat(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8)
                .isZero();
        assertThat(Safetensors.decode(file, "file"))
                .usingRecursiveComparison()
                .isEqualTo(new Safetensors.Content(Map.of("key", "value"), tensors));
    }

    @Test
    void writesTheHeaderInOneOrder() {
        List<Tensor> tensors = List.of(
                new Tensor("w", List.of(2, 1), new float[] {1, 2}), new Tensor("b", List.of(1), new float[] {3}));
        Map<String, String> metadata = Map.of("one", "1", "two", "2", "three", "3", "four", "4");
        byte[] file = Safetensors.encode(tensors, metadata);
        int headerLength = Math.toIntExact(
                ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong());
        assertThat(new String(file, Long.BYTES, headerLength, StandardCharsets.UTF_8).strip())
                .isEqualTo("{\"__metadata__\":{\"four\":\"4\",\"one\":\"1\",\"three\":\"3\",\"two\":\"2\"},"
                        + "\"w\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]},"
                        + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}");
    }

    static Stream<Arguments> damaged() {
        return Stream.of(
                Arguments.of("empty", new byte[0]),
                Arguments.of("header longer than the file", new byte[] {100, 0, 0, 0, 0, 0, 0, 0, '{', '}'}),
                Arguments.of("negative header length", new byte[] {0, 0, 0, 0, 0, 0, 0, -128, '{', '}'}),
                Arguments.of("header that is not JSON", file("{\"a\":", 1f)),
                Arguments.of("header that is no object", file("[1]", 1f)),
                Arguments.of("same name twice", file(HEADER.replace("}}", "},") + HEADER.substring(1), 1f, 2f)),
                Arguments.of("metadata that is no text", file("{\"__metadata__\":{\"a\":1}}")),
                Arguments.of("other dtype", file(HEADER.replace("F32", "F64"), 1f, 2f)),
                Arguments.of("truncated data", file(HEADER, 1f)),
                Arguments.of("trailing data", file(HEADER, 1f, 2f, 3f)),
                Arguments.of("shape that does not fit the offsets", file(HEADER.replace("[2]", "[3]"), 1f, 2f)),
                Arguments.of("negative shape", file(HEADER.replace("[2]", "[-2]"), 1f, 2f)),
                Arguments.of("overflowing shape", file(HEADER.replace("[2]", "[65536,65536,65536,65536]"), 1f, 2f)),
                Arguments.of("gap before the data", file(HEADER.replace("[0,8]", "[4,12]"), 1f, 2f, 3f)),
                Arguments.of(
                        "offsets that wrap around", file(HEADER.replace("[0,8]", "[18446744073709551616,8]"), 1f, 2f)),
                Arguments.of("offsets that are fractions", file(HEADER.replace("[0,8]", "[0.5,8.5]"), 1f, 2f)),
                Arguments.of("numbers as text", file(HEADER.replace("[0,8]", "[\"0\",\"8\"]"), 1f, 2f)),
                Arguments.of("shape of text", file(HEADER.replace("[2]", "[\"2\"]"), 1f, 2f)),
                Arguments.of("shape of fractions", file(HEADER.replace("[2]", "[2.0]"), 1f, 2f)),
                Arguments.of(
                        "no shape", file(HEADER.replace("\"shape\":[2],", "").replace("[0,8]", "[0,4]"), 1f)),
                Arguments.of(
                        "shape that is no array",
                        file(HEADER.replace("[2]", "{}").replace("[0,8]", "[0,4]"), 1f)),
                Arguments.of("offsets that are text", file(HEADER.replace("[0,8]", "[\"0\",\"x\"]"), 1f, 2f)),
                Arguments.of(
                        "overlap",
                        file(
                                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                                        + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
                                1f,
                                2f,
                                3f)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damaged")
    void refuses(String what, byte[] file) {
        assertThatThrownBy(() -> Safetensors.decode(file, "weights"))
                .isInstanceOf(LockstepException.class)
                .hasMessageStartingWith("weights: ");
    }

    private static byte[] file(String header, float... values) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + 4 * values.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json);
        for (float value : values) {
            file.putFloat(value);
        }
        return file.array();
    }
}
