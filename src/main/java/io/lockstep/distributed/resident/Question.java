package io.lockstep.distributed.resident;

import io.lockstep.distributed.GradientTreeCodec;
import io.lockstep.distributed.Gradients;
import io.lockstep.distributed.Losses;
import io.lockstep.distributed.Partial;
import io.lockstep.distributed.TaskSeconds;
import io.lockstep.distributed.WrongMessageException;
import io.lockstep.distributed.resident.Pieces.Piece;
import io.lockstep.linalg.FloatBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * A message from an executor to the driver, which answers it. It travels as bytes, because the threads that read
 * messages in Spark do not see the classes of a user's jar.
 */
sealed interface Question {
    /**
     * The sender of a question.
     *
     * @param sessionId the job that it asks for
     */
    record Sender(long sessionId, String executor) {}

    /** One of a number of tasks has started. */
    record Start(Sender sender, int task, int tasks) implements Question {
        @Override
        public byte[] encode() {
            return Question.head(0, sender, 2 * Integer.BYTES)
                    .putInt(task)
                    .putInt(tasks)
                    .array();
        }
    }

    /**
     * Asks for the next work.
     *
     * @param after number of the last work done
     * @param piece index of the piece of the weights, below the number of pieces
     */
    record Next(Sender sender, long after, int piece, int pieces) implements Question {
        @Override
        public byte[] encode() {
            return Question.head(1, sender, Long.BYTES + 2 * Integer.BYTES)
                    .putLong(after)
                    .putInt(piece)
                    .putInt(pieces)
                    .array();
        }
    }

    /** Brings what tasks have computed, and asks for the next work. */
    sealed interface Deliver extends Question {
        /** Of the work. */
        long number();

        /** All messages that it takes to hand over what tasks of one executor have computed, in order. */
        static List<? extends Deliver> all(Sender sender, long number, Partial partial, int pieceBytes) {
            if (partial instanceof Losses losses) {
                return List.of(new DeliverLosses(sender, number, losses.tasks(), losses.encode()));
            }
            return ((Gradients) partial)
                    .parts().stream()
                            .flatMap(subtree -> DeliverGradients.all(sender, number, subtree, pieceBytes))
                            .toList();
        }
    }

    /**
     * Brings gradients.
     *
     * @param seconds of the tasks whose gradients are complete with this subtree, if they are
     * @param piece of a subtree
     */
    record DeliverGradients(Sender sender, long number, TaskSeconds seconds, Piece piece) implements Deliver {
        @Override
        public byte[] encode() {
            ByteBuffer bytes = Question.head(2, sender, Long.BYTES + SECONDS_BYTES + piece.bytes());
            bytes.putLong(number);
            bytes.putDouble(seconds.slowest()).putDouble(seconds.total()).putInt(seconds.tasks());
            return piece.put(bytes).array();
        }

        private static Stream<DeliverGradients> all(Sender sender, long number, Gradients subtree, int pieceBytes) {
            return Pieces.of(GradientTreeCodec.encode(subtree.tree()), pieceBytes).stream()
                    .map(piece -> new DeliverGradients(sender, number, subtree.seconds(), piece));
        }
    }

    /**
     * Brings losses.
     *
     * @param tasks that have computed them
     * @param content the losses as {@link Losses} encodes them
     */
    record DeliverLosses(Sender sender, long number, int tasks, ByteBuffer content) implements Deliver {
        @Override
        public byte[] encode() {
            return Question.head(3, sender, Long.BYTES + Integer.BYTES + content.remaining())
                    .putLong(number)
                    .putInt(tasks)
                    .put(content.duplicate())
                    .array();
        }
    }

    int KINDS = 4;
    int SESSION_ID_AT = 1;
    int HEAD_BYTES = SESSION_ID_AT + Long.BYTES + Integer.BYTES;
    int SECONDS_BYTES = 2 * Double.BYTES + Integer.BYTES;
    int LONGEST_NAME = 255;

    Sender sender();

    byte[] encode();

    private static ByteBuffer head(int kind, Sender sender, int more) {
        byte[] name = sender.executor().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(HEAD_BYTES + name.length + more)
                .order(FloatBytes.ORDER)
                .put((byte) kind)
                .putLong(sender.sessionId())
                .putInt(name.length)
                .put(name);
    }

    /** The session that a message claims to belong to, if it is long enough to say so. */
    static OptionalLong sessionId(byte[] message) {
        return message.length < HEAD_BYTES
                ? OptionalLong.empty()
                : OptionalLong.of(
                        ByteBuffer.wrap(message).order(FloatBytes.ORDER).getLong(SESSION_ID_AT));
    }

    /**
     * Reads what {@link #encode} has written; a content stays where it is. Everything is checked that can be without
     * knowing the session; {@link ExecutorMessages} checks the rest.
     *
     * @throws WrongMessageException for anything that no {@code encode} writes
     */
    static Question decode(byte[] message) {
        WrongMessageException.unless(
                message.length >= HEAD_BYTES, "expected %d bytes or more, found %d", HEAD_BYTES, message.length);
        ByteBuffer bytes = ByteBuffer.wrap(message).order(FloatBytes.ORDER);
        int kind = bytes.get();
        WrongMessageException.unless(
                kind >= 0 && kind < KINDS, "expected one of %d kinds of questions, found %d", KINDS, kind);
        Sender sender = new Sender(bytes.getLong(), name(bytes));
        return switch (kind) {
            case 0 -> start(sender, bytes);
            case 1 -> next(sender, bytes);
            case 2 -> gradients(sender, bytes);
            default -> losses(sender, bytes);
        };
    }

    private static Start start(Sender sender, ByteBuffer bytes) {
        requireRest(bytes, 2 * Integer.BYTES);
        Start start = new Start(sender, bytes.getInt(), bytes.getInt());
        WrongMessageException.unless(
                start.task() >= 0 && start.task() < start.tasks(),
                "expected a task, found %d of %d",
                start.task(),
                start.tasks());
        return start;
    }

    private static Next next(Sender sender, ByteBuffer bytes) {
        requireRest(bytes, Long.BYTES + 2 * Integer.BYTES);
        Next next = new Next(sender, number(bytes), bytes.getInt(), bytes.getInt());
        Pieces.requireNumber(next.piece(), next.pieces());
        return next;
    }

    private static DeliverGradients gradients(Sender sender, ByteBuffer bytes) {
        int found = bytes.remaining();
        WrongMessageException.unless(
                found >= Long.BYTES + SECONDS_BYTES,
                "expected the work and seconds of gradients, found %d bytes",
                found);
        return new DeliverGradients(sender, number(bytes), seconds(bytes), Piece.get(bytes));
    }

    private static DeliverLosses losses(Sender sender, ByteBuffer bytes) {
        int found = bytes.remaining();
        WrongMessageException.unless(
                found >= Long.BYTES + Integer.BYTES, "expected the work and tasks of losses, found %d bytes", found);
        return new DeliverLosses(sender, number(bytes), bytes.getInt(), bytes.slice());
    }

    private static void requireRest(ByteBuffer bytes, int length) {
        WrongMessageException.unless(
                bytes.remaining() == length, "expected another %d bytes, found %d", length, bytes.remaining());
    }

    private static long number(ByteBuffer bytes) {
        long number = bytes.getLong();
        WrongMessageException.unless(number >= Work.NONE.number(), "expected the number of work, found %d", number);
        return number;
    }

    /** Reads what messages with the seconds of tasks write. */
    static TaskSeconds seconds(ByteBuffer bytes) {
        TaskSeconds seconds = new TaskSeconds(bytes.getDouble(), bytes.getDouble(), bytes.getInt());
        WrongMessageException.unless(
                seconds.slowest() >= 0
                        && seconds.total() >= seconds.slowest()
                        && seconds.total() < Double.POSITIVE_INFINITY
                        && seconds.tasks() >= 0,
                "expected the seconds of tasks, found %s at most and %s in all of %d",
                seconds.slowest(),
                seconds.total(),
                seconds.tasks());
        return seconds;
    }

    /** Of printable ASCII, because it may be part of a message for the user. */
    private static String name(ByteBuffer bytes) {
        int length = bytes.getInt();
        int most = Math.min(bytes.remaining(), LONGEST_NAME);
        WrongMessageException.unless(
                length >= 0 && length <= most, "expected an executor's name of up to %d bytes, found %d", most, length);
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
