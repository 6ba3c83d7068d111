package io.lockstep.distributed;

import java.nio.ByteBuffer;

/** Long contents in pieces, which come in order. */
final class Pieces {
    /** So that no message comes near what Spark's RPC takes ({@code spark.rpc.message.maxSize}, 128 MB). */
    static final int BYTES = 8 << 20;

    private final int bytes;
    private final int pieceBytes;
    private final int count;
    private ByteBuffer content;
    private int arrived;

    /**
     * A content that is yet to arrive.
     *
     * @param bytes of all pieces together
     * @param pieceBytes of each piece but the last, which may be shorter
     */
    Pieces(int bytes, int pieceBytes) {
        this.bytes = bytes;
        this.pieceBytes = pieceBytes;
        this.count = count(bytes, pieceBytes);
    }

    /**
     * Takes in the next piece.
     *
     * @throws WrongMessageException if the message carries anything else
     */
    void add(Message message) {
        WrongMessageException.unless(
                message.pieces() == count && message.piece() == arrived,
                "expected piece %d of %d, found piece %d of %d",
                arrived,
                count,
                message.piece(),
                message.pieces());
        int expected = Math.min(pieceBytes, bytes - arrived * pieceBytes);
        ByteBuffer piece = message.content();
        WrongMessageException.unless(
                piece.remaining() == expected, "expected a piece of %d bytes, found %d", expected, piece.remaining());
        arrived++;
        if (count == 1) {
            content = piece; // without a copy
            return;
        }
        if (content == null) {
            content = ByteBuffer.allocate(bytes);
        }
        content.put(piece.duplicate());
        if (isComplete()) {
            content.flip();
        }
    }

    boolean isComplete() {
        return arrived == count;
    }

    /** All pieces together, once they are complete. */
    ByteBuffer content() {
        return content;
    }

    /** How many pieces a content makes, at least one. */
    static int count(int bytes, int pieceBytes) {
        return Math.max(0, bytes - 1) / pieceBytes + 1;
    }

    /** They are parts of the same memory. */
    static ByteBuffer[] of(ByteBuffer content, int pieceBytes) {
        ByteBuffer[] pieces = new ByteBuffer[count(content.limit(), pieceBytes)];
        for (int i = 0; i < pieces.length; i++) {
            pieces[i] = content.slice(i * pieceBytes, Math.min(pieceBytes, content.limit() - i * pieceBytes));
        }
        return pieces;
    }

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
}
