package io.lockstep.distributed;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What an executor asks the driver, and the answer. It travels as bytes, because the threads that read messages in Spark
 * do not see the classes of a user's jar.
 *
 * @param session the job that it belongs to
 * @param executor that asks
 * @param step done last, when asking for weights; else that of the content
 * @param piece number of the piece of the content, of {@code pieces}
 */
record Message(
        Kind kind,
        long session,
        String executor,
        long step,
        int piece,
        int pieces,
        TaskSeconds seconds,
        byte[] content) {
    private static final int FIXED_BYTES = 1 + 2 * Long.BYTES + 5 * Integer.BYTES + 2 * Double.BYTES;
    private static final byte[] NOTHING = new byte[0];

    enum Kind {
        /** Asks for the weights of the next step. */
        NEXT,
        /** Brings gradients. */
        GRADIENTS,
        /** Answers with weights. */
        WEIGHTS,
        /** Answers that there is nothing yet. */
        WAIT,
        /** Answers that there will be nothing, because the job is over. */
        END,
        /** Answers that all is well. */
        TAKEN
    }

    static Message next(long session, String executor, long after, int piece) {
        return new Message(Kind.NEXT, session, executor, after, piece, 1, TaskSeconds.NONE, NOTHING);
    }

    Message answer(Kind answer) {
        return new Message(answer, session, executor, step, 0, 1, TaskSeconds.NONE, NOTHING);
    }

    Message answerWeights(long ofStep, byte[][] all) {
        return new Message(Kind.WEIGHTS, session, executor, ofStep, piece, all.length, TaskSeconds.NONE, all[piece]);
    }

    byte[] encode() {
        byte[] name = executor.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(FIXED_BYTES + name.length + content.length);
        bytes.put((byte) kind.ordinal())
                .putLong(session)
                .putLong(step)
                .putInt(piece)
                .putInt(pieces);
        bytes.putDouble(seconds.slowest()).putDouble(seconds.total()).putInt(seconds.tasks());
        bytes.putInt(name.length).put(name).putInt(content.length).put(content);
        return bytes.array();
    }

    static Message decode(byte[] message) {
        ByteBuffer bytes = ByteBuffer.wrap(message);
        Kind kind = Kind.values()[bytes.get()];
        long session = bytes.getLong();
        long step = bytes.getLong();
        int piece = bytes.getInt();
        int pieces = bytes.getInt();
        TaskSeconds seconds = new TaskSeconds(bytes.getDouble(), bytes.getDouble(), bytes.getInt());
        String executor = new String(next(bytes), StandardCharsets.UTF_8);
        return new Message(kind, session, executor, step, piece, pieces, seconds, next(bytes));
    }

    private static byte[] next(ByteBuffer bytes) {
        byte[] part = new byte[bytes.getInt()];
        bytes.get(part);
        return part;
    }
}
