package io.lockstep.distributed;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Long contents in pieces, so that no message comes near what Spark's RPC takes ({@code spark.rpc.message.maxSize}, 128
 * MB).
 */
final class Pieces {
    private static final int BYTES = 8 << 20;

    private Pieces() {}

    static ByteBuffer toBytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, values.length));
        bytes.order(Message.BYTE_ORDER).asFloatBuffer().put(values);
        return bytes;
    }

    static float[] toFloats(ByteBuffer bytes) {
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.order(Message.BYTE_ORDER).asFloatBuffer().get(values);
        return values;
    }

    /** At least one; they are parts of the same memory. */
    static ByteBuffer[] of(ByteBuffer content) {
        int count = Math.max(0, content.limit() - 1) / BYTES + 1;
        ByteBuffer[] pieces = new ByteBuffer[count];
        for (int i = 0; i < count; i++) {
            pieces[i] = content.slice(i * BYTES, Math.min(BYTES, content.limit() - i * BYTES));
        }
        return pieces;
    }

    static ByteBuffer join(ByteBuffer[] pieces) {
        if (pieces.length == 1) {
            return pieces[0];
        }
        ByteBuffer content = ByteBuffer.allocate(
                Arrays.stream(pieces).mapToInt(ByteBuffer::remaining).reduce(0, Math::addExact));
        for (ByteBuffer piece : pieces) {
            content.put(piece);
        }
        return content.flip();
    }
}
