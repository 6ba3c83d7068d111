package io.lockstep.distributed;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * What an executor asks the driver, and the answer. It travels as bytes, because the threads that read messages in Spark
 * do not see the classes of a user's jar.
 *
 * @param sessionId the job that a question belongs to
 * @param executor that asks
 * @param step done last, when asking for weights; else that of the content
 * @param piece number of the piece of the content, or of the piece that is asked for, of {@code pieces}; of a task that
 *     joins, its number of all tasks
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
    private static final int SESSION_ID_AT = 1;
    private static final int LONGEST_NAME = 255;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    enum Kind {
        /** Says that a task has started. */
        JOIN,
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

    static Message join(long sessionId, String executor, int task, int tasks) {
        return new Message(Kind.JOIN, sessionId, executor, Weights.NONE.step(), task, tasks, TaskSeconds.NONE, NOTHING);
    }

    static Message next(long sessionId, String executor, long after, int piece, int pieces) {
        return new Message(Kind.NEXT, sessionId, executor, after, piece, pieces, TaskSeconds.NONE, NOTHING);
    }

    /** All that it takes to hand over gradients, in order. */
    static Message[] gradients(long sessionId, String executor, long step, Gradients gradients, int pieceBytes) {
        ByteBuffer[] contents = Pieces.of(gradients.tree().toBytes(), pieceBytes);
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
    static Message[] weights(Weights weights, int pieceBytes) {
        ByteBuffer[] contents = Pieces.of(Pieces.toBytes(weights.parameters()), pieceBytes);
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

    /** The session that a message claims to belong to, if it is long enough to say so. */
    static OptionalLong sessionId(byte[] message) {
        return message.length < FIXED_BYTES
                ? OptionalLong.empty()
                : OptionalLong.of(ByteBuffer.wrap(message).order(BYTE_ORDER).getLong(SESSION_ID_AT));
    }

    /**
     * What {@link #encode} has written; the content stays where it is. All is checked that can be without knowing the
     * session: what the numbers mean there is for {@link ResidentSession} and {@link RemoteLink} to check.
     *
     * @throws WrongMessageException for anything that no {@code encode} writes
     */
    static Message decode(byte[] message) {
        WrongMessageException.unless(
                message.length >= FIXED_BYTES, "expected %d bytes or more, found %d", FIXED_BYTES, message.length);
        ByteBuffer bytes = ByteBuffer.wrap(message).order(BYTE_ORDER);
        Kind kind = kind(bytes.get());
        long sessionId = bytes.getLong();
        long step = bytes.getLong();
        WrongMessageException.unless(step >= Weights.NONE.step(), "expected a step, found %d", step);
        int piece = bytes.getInt();
        int pieces = bytes.getInt();
        WrongMessageException.unless(piece >= 0 && piece < pieces, "expected a piece, found %d of %d", piece, pieces);
        TaskSeconds seconds = seconds(bytes.getDouble(), bytes.getDouble(), bytes.getInt());
        String executor = name(bytes, message.length - FIXED_BYTES);
        int length = bytes.getInt();
        WrongMessageException.unless(
                length == bytes.remaining(), "expected %d bytes of content, found %d", length, bytes.remaining());
        WrongMessageException.unless(
                length == 0 || kind == Kind.GRADIENTS || kind == Kind.WEIGHTS,
                "expected no content of a message %s, found %d bytes",
                kind,
                length);
        return new Message(kind, sessionId, executor, step, piece, pieces, seconds, bytes.slice());
    }

    private static Kind kind(int number) {
        Kind[] kinds = Kind.values();
        WrongMessageException.unless(
                number >= 0 && number < kinds.length, "expected one of %d kinds, found %d", kinds.length, number);
        return kinds[number];
    }

    private static TaskSeconds seconds(double slowest, double total, int tasks) {
        WrongMessageException.unless(
                slowest >= 0 && total >= slowest && total < Double.POSITIVE_INFINITY && tasks >= 0,
                "expected the seconds of tasks, found %s at most and %s in all of %d",
                slowest,
                total,
                tasks);
        return new TaskSeconds(slowest, total, tasks);
    }

    /** Of printable ASCII, because it may be part of a message for the user. */
    private static String name(ByteBuffer bytes, int room) {
        int length = bytes.getInt();
        WrongMessageException.unless(
                length >= 0 && length <= Math.min(room, LONGEST_NAME),
                "expected an executor's name of up to %d bytes, found %d",
                Math.min(room, LONGEST_NAME),
                length);
        byte[] name = new byte[length];
        bytes.get(name);
        for (byte character : name) {
            WrongMessageException.unless(
                    character > ' ' && character <= '~',
                    "expected an executor's name in printable ASCII, found byte %d",
                    character);
        }
        return new String(name, StandardCharsets.US_ASCII);
    }
}
