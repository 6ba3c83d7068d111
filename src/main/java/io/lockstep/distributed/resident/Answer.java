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

    /** Nothing ever: there are no more steps, or the job is over. */
    record End() implements Answer {
        @Override
        public byte[] encode() {
            return new byte[] {1};
        }
    }

    /** A piece of the weights of a step. */
    record NextWeights(long step, Piece piece) implements Answer {
        @Override
        public byte[] encode() {
            ByteBuffer bytes =
                    ByteBuffer.allocate(1 + Long.BYTES + piece.bytes()).order(FloatBytes.ORDER);
            bytes.put((byte) 2).putLong(step);
            return piece.put(bytes).array();
        }

        /** The answers to every executor that asks for weights, by piece. */
        static List<NextWeights> all(Weights weights, int pieceBytes) {
            return Pieces.of(FloatBytes.of(weights.parameters()), pieceBytes).stream()
                    .map(piece -> new NextWeights(weights.step(), piece))
                    .toList();
        }
    }

    int KINDS = 3;

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
        int more = bytes.remaining();
        if (kind == 2) {
            WrongMessageException.unless(more >= Long.BYTES, "expected the step of weights, found %d bytes", more);
            return new NextWeights(bytes.getLong(), Piece.get(bytes));
        }
        WrongMessageException.unless(more == 0, "expected an answer of one byte, found %d more", more);
        return kind == 0 ? new Wait() : new End();
    }
}
