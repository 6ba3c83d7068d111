package io.lockstep.distributed.resident;

import io.lockstep.distributed.TaskSeconds;
import io.lockstep.distributed.WrongMessageException;
import io.lockstep.linalg.FloatBytes;
import java.nio.ByteBuffer;

/**
 * A message of an exchange among executors. It carries one slice, and names the session, the work and the sender, so
 * that none is taken for another: a job that starts over has another session.
 */
sealed interface PeerMessage {
    /**
     * What every message begins with.
     *
     * @param number of the work
     * @param sender a member, or {@link Peers#DRIVER}
     * @param slice 0 in a message without one
     */
    record Head(long sessionId, long number, int sender, int slice) {}

    /** New weights, from the driver to the slice's owner and from there to the other members. */
    record Weights(Head head, Work.Goal goal, ByteBuffer content) implements PeerMessage {
        @Override
        public ByteBuffer encode() {
            ByteBuffer bytes = PeerMessage.start(0, head, GOAL_BYTES + content.remaining());
            if (goal instanceof Work.Step step) {
                bytes.put((byte) 0).putInt(step.epoch()).putLong(step.step());
            } else {
                bytes.put((byte) 1).putInt(0).putLong(0);
            }
            return bytes.put(content.duplicate()).flip();
        }
    }

    /**
     * The subtrees of a member, from it to the slice's owner.
     *
     * @param tree as {@link io.lockstep.distributed.GradientTreeCodec} encodes it
     */
    record Part(Head head, ByteBuffer tree) implements PeerMessage {
        @Override
        public ByteBuffer encode() {
            return PeerMessage.start(1, head, tree.remaining())
                    .put(tree.duplicate())
                    .flip();
        }
    }

    /**
     * The sum over all shards, from the slice's owner to the driver.
     *
     * @param seconds of the owner's tasks, the same in all its messages of a work
     * @param tree complete
     */
    record Sum(Head head, TaskSeconds seconds, ByteBuffer tree) implements PeerMessage {
        @Override
        public ByteBuffer encode() {
            return PeerMessage.start(2, head, Question.SECONDS_BYTES + tree.remaining())
                    .putDouble(seconds.slowest())
                    .putDouble(seconds.total())
                    .putInt(seconds.tasks())
                    .put(tree.duplicate())
                    .flip();
        }
    }

    /** There is no more work, from the driver to all members. */
    record End(Head head) implements PeerMessage {
        @Override
        public ByteBuffer encode() {
            return PeerMessage.start(3, head, 0).flip();
        }
    }

    int KINDS = 4;
    int HEAD_BYTES = 2 * Long.BYTES + 2 * Integer.BYTES + 1;
    int GOAL_BYTES = 1 + Integer.BYTES + Long.BYTES;

    Head head();

    /** The message in a new buffer, which is ready to be read. */
    ByteBuffer encode();

    /** The session comes first, where {@link Mailbox} looks for it. */
    private static ByteBuffer start(int kind, Head head, int more) {
        return ByteBuffer.allocate(HEAD_BYTES + more)
                .order(FloatBytes.ORDER)
                .putLong(head.sessionId())
                .put((byte) kind)
                .putLong(head.number())
                .putInt(head.sender())
                .putInt(head.slice());
    }

    /**
     * Reads what {@link #encode} has written; contents stay where they are. Checks all that can be without knowing the
     * session.
     *
     * @throws WrongMessageException for anything that no {@code encode} writes
     */
    static PeerMessage decode(ByteBuffer message) {
        ByteBuffer bytes = message.duplicate().order(FloatBytes.ORDER);
        int found = bytes.remaining();
        WrongMessageException.unless(
                found >= HEAD_BYTES, "expected a message of %d bytes or more, found %d", HEAD_BYTES, found);
        long sessionId = bytes.getLong();
        int kind = bytes.get();
        Head head = new Head(sessionId, bytes.getLong(), bytes.getInt(), bytes.getInt());
        WrongMessageException.unless(
                kind >= 0 && kind < KINDS && head.number() > Work.NONE.number() - 1 && head.slice() >= 0,
                "expected one of %d kinds of messages about a slice, found kind %d, work %d, slice %d",
                KINDS,
                kind,
                head.number(),
                head.slice());
        return switch (kind) {
            case 0 -> weights(head, bytes);
            case 1 -> new Part(head, bytes.slice());
            case 2 -> sum(head, bytes);
            default -> new End(head);
        };
    }

    private static Weights weights(Head head, ByteBuffer bytes) {
        WrongMessageException.unless(
                bytes.remaining() >= GOAL_BYTES, "expected a step, found %d bytes", bytes.remaining());
        int kind = bytes.get();
        int epoch = bytes.getInt();
        long step = bytes.getLong();
        boolean isStep = kind == 0;
        WrongMessageException.unless(
                epoch >= 0 && step >= 0 && (isStep || kind == 1 && epoch == 0 && step == 0),
                "expected weights for a step, or for none, found kind %d with step %d of epoch %d",
                kind,
                step,
                epoch);
        return new Weights(head, isStep ? new Work.Step(epoch, step) : new Work.Evaluation(), bytes.slice());
    }

    private static Sum sum(Head head, ByteBuffer bytes) {
        WrongMessageException.unless(
                bytes.remaining() >= Question.SECONDS_BYTES,
                "expected the seconds of tasks, found %d bytes",
                bytes.remaining());
        return new Sum(head, Question.seconds(bytes), bytes.slice());
    }
}
