package io.lockstep.distributed.resident;

import io.lockstep.distributed.WrongMessageException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;

/** A long content that arrives in pieces, one after the other. */
final class Pieces {
    /** So that no message comes near the limit of Spark's RPC ({@code spark.rpc.message.maxSize}, 128 MB). */
    static final int BYTES = 8 << 20;

    /**
     * One piece of a content.
     *
     * @param number counted from 0
     * @param count of all pieces
     */
    record Piece(int number, int count, ByteBuffer content) {
        private static final int FIXED_BYTES = 3 * Integer.BYTES;

        /** How many bytes {@link #put} writes. */
        int bytes() {
            return FIXED_BYTES + content.remaining();
        }

        ByteBuffer put(ByteBuffer message) {
            return message.putInt(number)
                    .putInt(count)
                    .putInt(content.remaining())
                    .put(content.duplicate());
        }

        /**
         * Reads the rest of a message, of which the content stays a part.
         *
         * @throws WrongMessageException for anything that {@link #put} does not write
         */
        static Piece get(ByteBuffer message) {
            WrongMessageException.unless(
                    message.remaining() >= FIXED_BYTES, "expected a piece, found %d bytes", message.remaining());
            int number = message.getInt();
            int count = message.getInt();
            requireNumber(number, count);
            int length = message.getInt();
            WrongMessageException.unless(
                    length == message.remaining(),
                    "expected %d bytes of content, found %d",
                    length,
                    message.remaining());
            return new Piece(number, count, message.slice());
        }
    }

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
     * @throws WrongMessageException if it is another one
     */
    void add(Piece piece) {
        WrongMessageException.unless(
                piece.count() == count && piece.number() == arrived,
                "expected piece %d of %d, found piece %d of %d",
                arrived,
                count,
                piece.number(),
                piece.count());
        int expected = Math.min(pieceBytes, bytes - arrived * pieceBytes);
        int found = piece.content().remaining();
        WrongMessageException.unless(found == expected, "expected a piece of %d bytes, found %d", expected, found);
        arrived++;
        if (count == 1) {
            content = piece.content(); // without a copy
            return;
        }
        if (content == null) {
            content = ByteBuffer.allocate(bytes);
        }
        content.put(piece.content().duplicate());
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

    /** A content in pieces, which are parts of the same memory. */
    static List<Piece> of(ByteBuffer content, int pieceBytes) {
        int count = count(content.limit(), pieceBytes);
        return IntStream.range(0, count)
                .mapToObj(number -> {
                    int from = number * pieceBytes;
                    return new Piece(number, count, content.slice(from, Math.min(pieceBytes, content.limit() - from)));
                })
                .toList();
    }

    /** @throws WrongMessageException unless there is a piece of the given number */
    static void requireNumber(int number, int count) {
        WrongMessageException.unless(number >= 0 && number < count, "expected a piece, found %d of %d", number, count);
    }
}
