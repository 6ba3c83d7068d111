package io.lockstep.distributed.resident;

import io.lockstep.distributed.Partial;
import io.lockstep.distributed.WrongMessageException;
import io.lockstep.distributed.resident.Pieces.Piece;
import io.lockstep.linalg.FloatBytes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Connects all resident tasks of one executor with the driver: their results are added here first, so that an executor
 * sends one message for each piece of work, and one of the tasks asks for the next for all.
 */
final class RemoteLink {
    private static final Map<Long, RemoteLink> OPEN = new HashMap<>();

    /** The pause between two questions as a fraction of the time waited so far, and its upper bound. */
    private static final int ASK_EVERY_PART_OF_WAIT = 16;

    private static final long LONGEST_PAUSE_NANOS = 20_000_000;

    private final Question.Sender sender;
    private final MessageShape shape;
    private final int members; // resident tasks in this JVM
    private Partial sum; // of the tasks that have delivered, until all have
    private Work current = Work.NONE;
    private boolean asking;
    private boolean ended;

    private RemoteLink(long sessionId, MessageShape shape, TaskAttempt attempt) {
        this.sender = new Question.Sender(sessionId, attempt.executor());
        this.shape = shape;
        this.members = attempt.tasksInThisJvm();
    }

    /**
     * Tells the driver that a task has started.
     *
     * @return whether there is anything for it to do
     */
    static boolean join(long sessionId, MessageShape shape, TaskAttempt attempt) {
        Question.Sender sender = new Question.Sender(sessionId, attempt.executor());
        Answer answer = ResidentPlugin.ask(new Question.Start(sender, attempt.task(), shape.taskCount()));
        WrongMessageException.unless(
                !(answer instanceof Answer.NextWork), "expected no work for a task that has just started");
        return answer instanceof Answer.Wait;
    }

    /** Does a task's part of all work until there is no more. */
    static void serve(long sessionId, MessageShape shape, Function<Work, Partial> computation, TaskAttempt attempt)
            throws InterruptedException {
        RemoteLink link;
        synchronized (OPEN) {
            link = OPEN.computeIfAbsent(sessionId, unused -> new RemoteLink(sessionId, shape, attempt));
        }
        try {
            Optional<Work> next = link.next(Work.NONE.number(), attempt);
            while (next.isPresent()) {
                long number = next.get().number();
                link.deliver(number, computation.apply(next.get()));
                next = link.next(number, attempt);
            }
        } finally {
            link.leave();
        }
    }

    private Optional<Work> next(long after, TaskAttempt attempt) throws InterruptedException {
        synchronized (this) {
            while (!ended && current.number() <= after && (asking || sum != null)) {
                wait(TaskAttempt.CHECK_MILLIS);
                attempt.requireWanted();
            }
            if (ended) {
                return Optional.empty();
            }
            if (current.number() > after) {
                return Optional.of(current);
            }
            asking = true;
        }
        try {
            return hear(after, askUntilThereIs(after, attempt));
        } finally {
            doneAsking();
        }
    }

    private synchronized void doneAsking() {
        asking = false;
        notifyAll();
    }

    /** The longer the wait, the longer the pauses: it never takes much of a core, nor makes the wait much longer. */
    private Answer askUntilThereIs(long after, TaskAttempt attempt) {
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

    /** Takes in an answer with all its pieces, for all tasks; empty if there is nothing (yet). */
    private Optional<Work> hear(long after, Answer answer) {
        if (answer instanceof Answer.Wait) {
            return Optional.empty();
        }
        Optional<Work> work = answer instanceof Answer.NextWork first ? work(after, first) : Optional.empty();
        synchronized (this) {
            work.ifPresent(heard -> current = heard);
            ended |= work.isEmpty();
            notifyAll();
        }
        return work;
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

    private static Piece pieceOf(Answer.NextWork first, Answer answer) {
        WrongMessageException.unless(
                answer instanceof Answer.NextWork next
                        && next.number() == first.number()
                        && next.goal().equals(first.goal()),
                "expected more weights of work %d, found %s",
                first.number(),
                answer);
        return ((Answer.NextWork) answer).piece();
    }

    /** The last of the tasks to come sends; the answer may bring the next work. */
    private void deliver(long number, Partial partial) {
        Partial all;
        synchronized (this) {
            sum = sum == null ? partial : sum.plus(partial);
            if (sum.tasks() < members) {
                return;
            }
            all = sum;
            sum = null;
            asking = true;
        }
        try {
            for (Question question : Question.Deliver.all(sender, number, all, shape.pieceBytes())) {
                hear(number, ResidentPlugin.ask(question));
            }
        } finally {
            doneAsking();
        }
    }

    /** When the first of the tasks leaves, the session is over for all of them. */
    private void leave() {
        synchronized (OPEN) {
            OPEN.remove(sender.sessionId(), this);
        }
    }
}
