package io.lockstep.tracking.tensorboard;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * TensorFlow's framing of records in a file (tensorflow/core/lib/io/record_writer.h): length, checksum of the length,
 * data, checksum of the data, all little-endian.
 */
final class TfRecord {
    private static final int CRC_MASK = 0xa282ead8;

    private TfRecord() {}

    static byte[] of(byte[] data) {
        ByteBuffer record = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(data.length);
        return record.putInt(maskedCrc(record.array(), Long.BYTES))
                .put(data)
                .putInt(maskedCrc(data, data.length))
                .array();
    }

    /** CRC-32C, rotated and shifted, because the checksum of data that hold checksums is a weak one. */
    private static int maskedCrc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
    }
}
