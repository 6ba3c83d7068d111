package io.lockstep.distributed.resident;

import io.lockstep.distributed.Partial;
import io.lockstep.distributed.WrongMessageException;
import io.lockstep.linalg.Workers;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Connects all resident tasks of one executor with the driver: their results are added here first, so that an executor
 * sends one message for each piece of work, and one of the tasks asks for the next for all.
 */
final class RemoteLink {
    private static final Map<Long, RemoteLink> OPEN = new HashMap<>();

    private final Question.Sender sender;
    private final int members; // resident tasks in this JVM
    private final Channel channel;
    private Partial sum; // of the tasks that have delivered, until all have
    private Work current = Work.NONE;
    private boolean busy; // a task uses the channel
    private boolean ended;

    private RemoteLink(long sessionId, MessageShape shape, TaskAttempt attempt) {
        this.sender = new Question.Sender(sessionId, attempt.executor());
        this.members = attempt.tasksInThisJvm();
        this.channel = shape.amongExecutors() ? new PeerChannel(sender, shape) : new DriverChannel(sender, shape);
    }

    private static RemoteLink open(long sessionId, MessageShape shape, TaskAttempt attempt) {
        synchronized (OPEN) {
            return OPEN.computeIfAbsent(sessionId, unused -> new RemoteLink(sessionId, shape, attempt));
        }
    }

    /**
     * Tells the driver that a task has started.
     *
     * @return whether there is anything for it to do
     */
    static boolean join(long sessionId, MessageShape shape, TaskAttempt attempt) {
        RemoteLink link = open(sessionId, shape, attempt); // hears before the driver knows
        boolean wanted = false;
        try {
            Answer answer = ResidentPlugin.ask(new Question.Start(link.sender, attempt.task(), shape.taskCount()));
            WrongMessageException.unless(
                    answer instanceof Answer.Wait || answer instanceof Answer.End,
                    "expected no work for a task that has just started");
            wanted = answer instanceof Answer.Wait;
            return wanted;
        } finally {
            if (!wanted) {
                link.leave();
            }
        }
    }

    /**
     * Does a task's part of all work until there is no more.
     *
     * @param preparation reads the shards, and may fail
     */
    static void serve(
            long sessionId, MessageShape shape, Supplier<Function<Work, Partial>> preparation, TaskAttempt attempt)
            throws InterruptedException {
        RemoteLink link = open(sessionId, shape, attempt);
        try {
            Function<Work, Partial> computation = preparation.get();
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
            while (!ended && current.number() <= after && (busy || sum != null)) {
                wait(TaskAttempt.CHECK_MILLIS);
                attempt.requireWanted();
            }
            if (ended) {
                return Optional.empty();
            }
            if (current.number() > after) {
                return Optional.of(current);
            }
            busy = true;
        }
        try {
            Optional<Work> work = channel.next(after, attempt);
            synchronized (this) {
                work.ifPresent(heard -> current = heard);
                ended |= work.isEmpty();
            }
            return work;
        } finally {
            release();
        }
    }

    private synchronized void release() {
        busy = false;
        notifyAll();
    }

    /** The last of the tasks to come sends. */
    private void deliver(long number, Partial partial) {
        Partial all;
        synchronized (this) {
            sum = sum == null ? partial : sum.plus(partial, Workers.NONE);
            if (sum.tasks() < members) {
                return;
            }
            all = sum;
            sum = null;
            busy = true;
        }
        try {
            channel.deliver(number, all);
        } finally {
            release();
        }
    }

    /** When the first of the tasks leaves, the session is over for all of them. */
    private void leave() {
        synchronized (OPEN) {
            OPEN.remove(sender.sessionId(), this);
        }
        channel.close();
    }
}
