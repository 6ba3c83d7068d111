package io.lockstep.distributed.resident;

import io.lockstep.distributed.Partial;
import io.lockstep.distributed.WrongMessageException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Answers the messages of executors, which may be anything. Each is checked before anything of it is kept, against what
 * the session knows and not against what the message says of itself; a wrong one ends the session.
 */
final class ExecutorMessages {
    /** How long a message with results waits for the next work, when nothing but an update is missing. */
    private static final long UPDATE_MILLIS = 5;

    private static final byte[] WAIT = new Answer.Wait().encode();
    private static final byte[] END = new Answer.End().encode();

    private final ResidentSession session;

    private ExecutorMessages(ResidentSession session) {
        this.session = session;
    }

    /** The answer to a message from anybody: the end, to senders that do not name an open session. */
    static byte[] answer(byte[] message) throws InterruptedException {
        OptionalLong id = Question.sessionId(message);
        Optional<ResidentSession> session = id.isPresent() ? ResidentSession.find(id.getAsLong()) : Optional.empty();
        return session.isPresent() ? new ExecutorMessages(session.get()).hear(message) : END;
    }

    private byte[] hear(byte[] message) throws InterruptedException {
        try {
            Question question = Question.decode(message);
            synchronized (session) {
                return session.isClosed() ? END : answer(question);
            }
        } catch (RuntimeException wrong) { // of any kind: nobody must wait for the message that this should have been
            reject(wrong);
            return END;
        }
    }

    private void reject(RuntimeException wrong) {
        if (!session.isClosed()) { // else it is too late to matter
            session.fail(
                    new WrongMessageException("an executor has sent a wrong message: " + wrong.getMessage(), wrong));
        }
    }

    private byte[] answer(Question question) throws InterruptedException {
        if (question instanceof Question.Start start) {
            takeInTask(start);
            return WAIT;
        }
        if (question instanceof Question.Next next) {
            requireQuestion(next);
            return work(next.after(), next.piece());
        }
        Question.Deliver deliver = (Question.Deliver) question;
        takeInResults(deliver);
        if (session.isComplete()
                && !session.shape()
                        .amongExecutors()) { // then only an update is missing, and no other message can bring it
            session.sleepUntilNext(deliver.number(), UPDATE_MILLIS);
        }
        return work(deliver.number(), 0);
    }

    private byte[] work(long after, int piece) {
        if (session.isClosed()) {
            return END;
        }
        if (session.shape().amongExecutors()) {
            return session.peers().map(Answer.Members::new).map(Answer::encode).orElse(WAIT);
        }
        return session.next(after).isPresent() ? session.messages().answer(piece) : WAIT;
    }

    private void takeInTask(Question.Start start) {
        int tasks = session.shape().taskCount();
        WrongMessageException.unless(
                start.tasks() == tasks && !session.hasStarted(start.task()),
                "expected one of %d tasks that has not started yet, found %d of %d",
                tasks,
                start.task(),
                start.tasks());
        session.join(start.sender().executor(), start.task());
    }

    private void requireQuestion(Question.Next next) {
        tasksOf(next.sender());
        WrongMessageException.unless(
                next.after() <= session.number(),
                "expected a question for the work after number %d or before, found number %d",
                session.number(),
                next.after());
        int pieces = session.shape().weightsPieces();
        WrongMessageException.unless(
                next.pieces() == pieces, "expected a question for one of %d pieces, found %d", pieces, next.pieces());
    }

    private int tasksOf(Question.Sender sender) {
        int tasks = session.tasksOf(sender.executor());
        WrongMessageException.unless(tasks > 0, "expected an executor with tasks, found '%s'", sender.executor());
        return tasks;
    }

    private void takeInResults(Question.Deliver deliver) {
        WrongMessageException.unless(
                !session.isComplete() && deliver.number() == session.number(),
                "expected results of work %d while some are missing, found some of work %d",
                session.number(),
                deliver.number());
        Optional<? extends Partial> results = session.messages().add(deliver, tasksOf(deliver.sender()));
        if (results.isPresent()) {
            WrongMessageException.unless(!session.overlaps(results.get()), "expected each shard once, found one twice");
            session.deliver(deliver.number(), results.get());
        }
    }
}
