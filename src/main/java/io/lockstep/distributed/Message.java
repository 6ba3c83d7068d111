package io.lockstep.distributed;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What an executor asks the driver, and the answer. It travels as bytes, because the threads that read messages in Spark
 * do not see the classes of a user's jar.
 *
 * @param sessionId the job that a question belongs to
 * @param executor that asks
 * @param step done last, when asking for weights; else that of the content
 * @param piece number of the piece of the content, of {@code pieces}
 */
record Message(
        Kind kind,
        long sessionId,
        String executor,
        long step,
        int piece,
        int pieces,
        TaskSeconds seconds,
        ByteBuffer content) {
    /** That of the processors that Spark runs on, so that numbers are copied as they are. */
    static final ByteOrder BYTE_ORDER = ByteOrder.LITTLE_ENDIAN;

    private static final int FIXED_BYTES = 1 + 2 * Long.BYTES + 5 * Integer.BYTES + 2 * Double.BYTES;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    enum Kind {
        /** Asks for the weights of the next step. */
        NEXT,
        /** Brings gradients; the last piece asks for the weights of the next step, too. */
        GRADIENTS,
        /** Answers with weights. */
        WEIGHTS,
        /** Answers that there is nothing yet. */
        WAIT,
        /** Answers that there will be nothing, because the job is over. */
        END
    }

    static Message next(long sessionId, String executor, long after, int piece) {
        return new Message(Kind.NEXT, sessionId, executor, after, piece, 1, TaskSeconds.NONE, NOTHING);
    }

    /** All that it takes to hand over gradients, in order. */
    static Message[] gradients(long sessionId, String executor, long step, Gradients gradients) {
        ByteBuffer[] contents = Pieces.of(gradients.tree().toBytes());
        Message[] messages = new Message[contents.length];
        for (int piece = 0; piece < messages.length; piece++) {
            messages[piece] = new Message(
                    Kind.GRADIENTS,
                    sessionId,
                    executor,
                    step,
                    piece,
                    messages.length,
                    gradients.seconds(),
                    contents[piece]);
        }
        return messages;
    }

    /** The answers to everyone who asks for weights, by piece. */
    static Message[] weights(Weights weights) {
        ByteBuffer[] contents = Pieces.of(Pieces.toBytes(weights.parameters()));
        Message[] messages = new Message[contents.length];
        for (int piece = 0; piece < messages.length; piece++) {
            messages[piece] = new Message(
                    Kind.WEIGHTS, 0, "", weights.step(), piece, messages.length, TaskSeconds.NONE, contents[piece]);
        }
        return messages;
    }

    static Message answer(Kind kind) {
        return new Message(kind, 0, "", 0, 0, 1, TaskSeconds.NONE, NOTHING);
    }

    byte[] encode() {
        byte[] name = executor.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(FIXED_BYTES + name.length + content.remaining())
                .order(BYTE_ORDER);
        bytes.put((byte) kind.ordinal())
                .putLong(sessionId)
                .putLong(step)
                .putInt(piece)
                .putInt(pieces);
        bytes.putDouble(seconds.slowest()).putDouble(seconds.total()).putInt(seconds.tasks());
        bytes.putInt(name.length).put(name).putInt(content.remaining()).put(content.duplicate());
        return bytes.array();
    }

    /** What {@link #encode} has written; the content stays where it is. */
    static Message decode(byte[] message) {
        ByteBuffer bytes = ByteBuffer.wrap(message).order(BYTE_ORDER);
        Kind kind = Kind.values()[bytes.get()];
        long sessionId = bytes.getLong();
        long step = bytes.getLong();
        int piece = bytes.getInt();
        int pieces = bytes.getInt();
        TaskSeconds seconds = new TaskSeconds(bytes.getDouble(), bytes.getDouble(), bytes.getInt());
        byte[] executor = new byte[bytes.getInt()];
        bytes.get(executor);
        ByteBuffer content = bytes.slice(bytes.position() + Integer.BYTES, bytes.getInt());
        return new Message(
                kind, sessionId, new String(executor, StandardCharsets.UTF_8), step, piece, pieces, seconds, content);
    }
}
