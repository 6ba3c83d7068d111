package io.lockstep.distributed.resident;

import io.lockstep.distributed.Partial;
import io.lockstep.distributed.WrongMessageException;
import io.lockstep.linalg.FloatBytes;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** All weights come from the driver, and all results go there. */
final class DriverChannel implements Channel {
    /** The pause between two questions as a fraction of the time waited so far, and its upper bound. */
    private static final int ASK_EVERY_PART_OF_WAIT = 16;

    private static final long LONGEST_PAUSE_NANOS = 20_000_000;

    private final Question.Sender sender;
    private final MessageShape shape;
    private Answer heard = new Answer.Wait(); // to the last results

    DriverChannel(Question.Sender sender, MessageShape shape) {
        this.sender = sender;
        this.shape = shape;
    }

    @Override
    public Optional<Work> next(long after, TaskAttempt attempt) {
        Answer answer = heard instanceof Answer.Wait ? askUntilThereIs(after, attempt) : heard;
        heard = answer instanceof Answer.End ? answer : new Answer.Wait();
        if (answer instanceof Answer.NextWork first) {
            return work(after, first);
        }
        WrongMessageException.unless(answer instanceof Answer.End, "expected work, found %s", answer);
        return Optional.empty();
    }

    /**
     * Asks the driver. The longer the wait, the longer the pauses: it never takes much of a core, nor makes the wait
     * much longer.
     */
    Answer askUntilThereIs(long after, TaskAttempt attempt) {
        long started = System.nanoTime();
        while (true) {
            attempt.requireWanted();
            Answer answer = ask(after, 0);
            if (!(answer instanceof Answer.Wait)) {
                return answer;
            }
            long waited = System.nanoTime() - started;
            LockSupport.parkNanos(Math.min(LONGEST_PAUSE_NANOS, waited / ASK_EVERY_PART_OF_WAIT));
        }
    }

    private Answer ask(long after, int piece) {
        return ResidentPlugin.ask(new Question.Next(sender, after, piece, shape.weightsPieces()));
    }

    /** All pieces together; empty if the job ends meanwhile. */
    private Optional<Work> work(long after, Answer.NextWork first) {
        WrongMessageException.unless(
                first.number() > after, "expected work after number %d, found number %d", after, first.number());
        Pieces pieces = new Pieces(shape.weightsBytes(), shape.pieceBytes());
        pieces.add(first.piece());
        for (int piece = 1; !pieces.isComplete(); piece++) {
            Answer answer = ask(after, piece);
            if (answer instanceof Answer.End) {
                return Optional.empty();
            }
            pieces.add(pieceOf(first, answer));
        }
        float[] parameters = FloatBytes.get(pieces.content(), shape.parameterCount());
        return Optional.of(new Work(first.number(), first.goal(), parameters));
    }

    private static Pieces.Piece pieceOf(Answer.NextWork first, Answer answer) {
        WrongMessageException.unless(
                answer instanceof Answer.NextWork next
                        && next.number() == first.number()
                        && next.goal().equals(first.goal()),
                "expected more weights of work %d, found %s",
                first.number(),
                answer);
        return ((Answer.NextWork) answer).piece();
    }

    /** The answer may bring the next work. */
    @Override
    public void deliver(long number, Partial all) {
        for (Question question : Question.Deliver.all(sender, number, all, shape.pieceBytes())) {
            heard = ResidentPlugin.ask(question);
        }
    }

    @Override
    public void close() {}
}
