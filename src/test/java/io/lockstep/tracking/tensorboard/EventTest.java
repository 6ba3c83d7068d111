package io.lockstep.tracking.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventTest {
    /** Written by {@code RecordWriter} of TensorBoard 2.21.0: a file version, a start, and two scalars. */
    private static final String OF_TENSORBOARD =
            "GAAAAAAAAACjf0siCQAAEED8VNlBGg1icmFpbi5FdmVudDoyM40v6Q8AAAAAAAAAbVMrCQkAABBA/FTZ"
                    + "QRABOgIIAdFhwrk8AAAAAAAAAMi3o1IJAABgQPxU2UEQrAIqLgoTCgxtZXRyaWNzL2xvc3MVAACAPgoX"
                    + "ChBtZXRyaWNzL2FjY3VyYWN5FWZmZj/wg9P1";

    @Test
    void aFileHasTheBytesThatTensorBoardItselfWrites() {
        Instant begin = Instant.ofEpochMilli(1_700_000_000_250L);
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("metrics/loss", 0.25);
        values.put("metrics/accuracy", 0.9);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(Event.fileVersion(begin));
        file.writeBytes(Event.start(begin, 1));
        file.writeBytes(Event.scalars(begin.plusMillis(1250), 300, values));
        assertThat(file.toByteArray()).isEqualTo(Base64.getDecoder().decode(OF_TENSORBOARD));
    }

    @Test
    void aRecordIsItsLengthAndItsDataEachWithAMaskedChecksum() {
        byte[] data = "123456789".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer record = ByteBuffer.wrap(TfRecord.of(data)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(record.getLong()).isEqualTo(9);
        record.getInt();
        byte[] found = new byte[9];
        record.get(found);
        assertThat(found).isEqualTo(data);
        int crc = 0xe3069283; // of these nine bytes, in every description of CRC-32C
        assertThat(record.getInt()).isEqualTo((crc >>> 15 | crc << 17) + 0xa282ead8);
        assertThat(record.hasRemaining()).isFalse();
    }
}
