package io.lockstep.distributed;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;

/**
 * The line of all resident tasks of one executor to the driver: their gradients are added here first, so that one message
 * an executor and step travels, and one of them asks for the next weights for all.
 */
final class RemoteLink {
    private static final Map<Long, RemoteLink> OPEN = new HashMap<>();

    /** How much longer a wait may become by asking too seldom, and how seldom at most. */
    private static final int ASK_EVERY_PART_OF_WAIT = 16;

    private static final long LONGEST_PAUSE_NANOS = 20_000_000;

    private final long sessionId;
    private final int members;
    private final String executor = SparkEnv.get().executorId();
    private Gradients sum; // of the tasks that have delivered, until all have
    private Weights current = Weights.NONE;
    private boolean asking;
    private boolean ended;

    private RemoteLink(long sessionId, int members) {
        this.sessionId = sessionId;
        this.members = members;
    }

    /**
     * Does a task's work in every step until there are no more.
     *
     * @param members resident tasks in this JVM
     */
    static void serve(long sessionId, int members, StepWork work, BarrierTaskContext context)
            throws InterruptedException {
        RemoteLink link;
        synchronized (OPEN) {
            link = OPEN.computeIfAbsent(sessionId, unused -> new RemoteLink(sessionId, members));
        }
        try {
            Optional<Weights> next = link.next(Weights.NONE.step(), context);
            while (next.isPresent()) {
                long step = next.get().step();
                link.deliver(step, work.compute(next.get()));
                next = link.next(step, context);
            }
        } finally {
            link.leave();
        }
    }

    private Optional<Weights> next(long after, BarrierTaskContext context) throws InterruptedException {
        synchronized (this) {
            while (!ended && current.step() <= after && (asking || sum != null)) {
                wait(ResidentLink.CHECK_MILLIS);
                ResidentLink.requireWanted(context);
            }
            if (ended) {
                return Optional.empty();
            }
            if (current.step() > after) {
                return Optional.of(current);
            }
            asking = true;
        }
        try {
            return hear(after, ask(after, context));
        } finally {
            doneAsking();
        }
    }

    private synchronized void doneAsking() {
        asking = false;
        notifyAll();
    }

    /** The longer the wait, the longer the pauses: it never takes much of a core, nor makes the wait much longer. */
    private Message ask(long after, BarrierTaskContext context) {
        long started = System.nanoTime();
        while (true) {
            ResidentLink.requireWanted(context);
            Message answer = ResidentPlugin.ask(Message.next(sessionId, executor, after, 0));
            if (answer.kind() != Message.Kind.WAIT) {
                return answer;
            }
            long waited = System.nanoTime() - started;
            LockSupport.parkNanos(Math.min(LONGEST_PAUSE_NANOS, waited / ASK_EVERY_PART_OF_WAIT));
        }
    }

    /** Takes in an answer with all its pieces, for all tasks; empty if it is that there is nothing (yet). */
    private Optional<Weights> hear(long after, Message answer) {
        Optional<Weights> weights = answer.kind() == Message.Kind.WEIGHTS ? weights(after, answer) : Optional.empty();
        synchronized (this) {
            weights.ifPresent(heard -> current = heard);
            ended = weights.isEmpty() && answer.kind() != Message.Kind.WAIT;
            notifyAll();
        }
        return weights;
    }

    private Optional<Weights> weights(long after, Message first) {
        ByteBuffer[] pieces = new ByteBuffer[first.pieces()];
        pieces[0] = first.content();
        for (int piece = 1; piece < pieces.length; piece++) {
            Message answer = ResidentPlugin.ask(Message.next(sessionId, executor, after, piece));
            if (answer.kind() != Message.Kind.WEIGHTS) {
                return Optional.empty();
            }
            pieces[piece] = answer.content();
        }
        return Optional.of(new Weights(first.step(), Pieces.toFloats(Pieces.join(pieces))));
    }

    /** The last of the tasks to come sends; the answer may bring the next weights. */
    private void deliver(long step, Gradients gradients) {
        Gradients all;
        synchronized (this) {
            sum = sum == null ? gradients : sum.plus(gradients);
            if (sum.seconds().tasks() < members) {
                return;
            }
            all = sum;
            sum = null;
            asking = true;
        }
        try {
            for (Gradients part : all.parts()) {
                for (Message message : Message.gradients(sessionId, executor, step, part)) {
                    hear(step, ResidentPlugin.ask(message));
                }
            }
        } finally {
            doneAsking();
        }
    }

    /** With the first of the tasks the session is over for all of them. */
    private void leave() {
        synchronized (OPEN) {
            OPEN.remove(sessionId, this);
        }
    }
}
