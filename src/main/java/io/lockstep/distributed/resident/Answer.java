package io.lockstep.distributed.resident;

import io.lockstep.distributed.WrongMessageException;
import io.lockstep.distributed.resident.Pieces.Piece;
import io.lockstep.linalg.FloatBytes;
import java.nio.ByteBuffer;
import java.util.List;

/** The driver's answer to a {@link Question}. */
sealed interface Answer {
    /** Nothing yet: ask again. */
    record Wait() implements Answer {
        @Override
        public byte[] encode() {
            return new byte[] {0};
        }
    }

    /** Nothing ever: there is no more work, or the job is over. */
    record End() implements Answer {
        @Override
        public byte[] encode() {
            return new byte[] {1};
        }
    }

    /**
     * The next work, with a piece of its weights.
     *
     * @param number of the work
     */
    record NextWork(long number, Work.Goal goal, Piece piece) implements Answer {
        @Override
        public byte[] encode() {
            ByteBuffer bytes = ByteBuffer.allocate(1 + NUMBER_AND_GOAL_BYTES + piece.bytes())
                    .order(FloatBytes.ORDER);
            if (goal instanceof Work.Step step) {
                bytes.put((byte) 2).putLong(number).putInt(step.epoch()).putLong(step.step());
            } else {
                bytes.put((byte) 3).putLong(number).putInt(0).putLong(0);
            }
            return piece.put(bytes).array();
        }

        /** The answers to every executor that asks for work, by piece. */
        static List<NextWork> all(Work work, int pieceBytes) {
            return Pieces.of(FloatBytes.of(work.parameters()), pieceBytes).stream()
                    .map(piece -> new NextWork(work.number(), work.goal(), piece))
                    .toList();
        }
    }

    /** Where the members of an exchange among executors hear; they get work from each other from now on. */
    record Members(Peers peers) implements Answer {
        @Override
        public byte[] encode() {
            ByteBuffer bytes = ByteBuffer.allocate(1 + peers.bytes()).order(FloatBytes.ORDER);
            return peers.put(bytes.put((byte) 4)).array();
        }
    }

    int KINDS = 5;
    int NUMBER_AND_GOAL_BYTES = 2 * Long.BYTES + Integer.BYTES;

    byte[] encode();

    /**
     * Reads what {@link #encode} has written; a content stays where it is.
     *
     * @throws WrongMessageException for anything that no {@code encode} writes
     */
    static Answer decode(byte[] message) {
        WrongMessageException.unless(message.length > 0, "expected an answer, found no bytes");
        ByteBuffer bytes = ByteBuffer.wrap(message).order(FloatBytes.ORDER);
        int kind = bytes.get();
        WrongMessageException.unless(
                kind >= 0 && kind < KINDS, "expected one of %d kinds of answers, found %d", KINDS, kind);
        if (kind == 4) {
            return new Members(Peers.get(bytes));
        }
        if (kind >= 2) {
            return nextWork(kind, bytes);
        }
        int more = bytes.remaining();
        WrongMessageException.unless(more == 0, "expected an answer of one byte, found %d more", more);
        return kind == 0 ? new Wait() : new End();
    }

    private static NextWork nextWork(int kind, ByteBuffer bytes) {
        int found = bytes.remaining();
        WrongMessageException.unless(
                found >= NUMBER_AND_GOAL_BYTES, "expected the number of work and a step, found %d bytes", found);
        long number = bytes.getLong();
        int epoch = bytes.getInt();
        long step = bytes.getLong();
        boolean isStep = kind == 2;
        WrongMessageException.unless(
                number > Work.NONE.number() && epoch >= 0 && step >= 0 && (isStep || epoch == 0 && step == 0),
                "expected work for a step, or for none, found number %d with step %d of epoch %d",
                number,
                step,
                epoch);
        return new NextWork(number, isStep ? new Work.Step(epoch, step) : new Work.Evaluation(), Piece.get(bytes));
    }
}
