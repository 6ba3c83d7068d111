package io.lockstep.distributed;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Long messages in pieces, so that none comes near what Spark's RPC takes ({@code spark.rpc.message.maxSize}, 128 MB). */
final class Pieces {
    private static final int BYTES = 8 << 20;

    private Pieces() {}

    static byte[] toBytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, values.length));
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    static float[] toFloats(byte[] bytes) {
        float[] values = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
        return values;
    }

    /** At least one. */
    static byte[][] of(byte[] message) {
        int count = Math.max(1, (message.length + BYTES - 1) / BYTES);
        byte[][] pieces = new byte[count][];
        for (int i = 0; i < count; i++) {
            pieces[i] = count == 1
                    ? message
                    : Arrays.copyOfRange(message, i * BYTES, Math.min(message.length, (i + 1) * BYTES));
        }
        return pieces;
    }

    static byte[] join(byte[][] pieces) {
        if (pieces.length == 1) {
            return pieces[0];
        }
        int length = Arrays.stream(pieces).mapToInt(piece -> piece.length).reduce(0, Math::addExact);
        ByteBuffer message = ByteBuffer.allocate(length);
        for (byte[] piece : pieces) {
            message.put(piece);
        }
        return message.array();
    }
}
