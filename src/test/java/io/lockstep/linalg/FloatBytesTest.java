package io.lockstep.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FloatBytesTest {
    @Test
    void theLowestByteComesFirst() {
        // 1 is 0x3f800000, -2.5 is 0xc0200000
        assertThat(FloatBytes.of(new float[] {1, -2.5f}).array()).containsExactly(0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0);
    }

    /** Around one and two blocks of 8192 values. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8191, 8192, 8193, 16384, 20000})
    void everyBitArrivesByEitherWay(int count) throws Exception {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = Float.intBitsToFloat(i * 0x9E3779B9 & 0xbf7fffff);
        }
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        FloatBytes.write(values, new DataOutputStream(stream));
        assertThat(stream.toByteArray()).isEqualTo(FloatBytes.of(values).array());
        assertThat(FloatBytes.read(new DataInputStream(new ByteArrayInputStream(stream.toByteArray())), count))
                .isEqualTo(values);
        assertThat(FloatBytes.get(FloatBytes.of(values), count)).isEqualTo(values);
    }

    @Test
    void aBufferOfTheOtherByteOrderMovesByWhatIsReadAndWritten() {
        ByteBuffer bigEndian = ByteBuffer.allocate(12).putInt(7);
        FloatBytes.put(new float[] {1, 2}, bigEndian);
        assertThat(bigEndian.hasRemaining()).isFalse();
        bigEndian.flip().getInt();
        assertThat(FloatBytes.get(bigEndian, 1)).containsExactly(1);
        assertThat(FloatBytes.get(bigEndian, 1)).containsExactly(2);
        assertThat(bigEndian.hasRemaining()).isFalse();
    }
}
