package io.lockstep.distributed;

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
    private final MessageShape shape;
    private final int members;
    private final String executor = SparkEnv.get().executorId();
    private Gradients sum; // of the tasks that have delivered, until all have
    private Weights current = Weights.NONE;
    private boolean asking;
    private boolean ended;

    private RemoteLink(long sessionId, MessageShape shape, int members) {
        this.sessionId = sessionId;
        this.shape = shape;
        this.members = members;
    }

    /**
     * Tells the driver that a task has started.
     *
     * @return whether there is anything for it to do
     */
    static boolean join(long sessionId, String executor, int task, MessageShape shape) {
        Message answer = ResidentPlugin.ask(Message.join(sessionId, executor, task, shape.taskCount()));
        WrongMessageException.unless(
                answer.kind() == Message.Kind.WAIT || answer.kind() == Message.Kind.END,
                "expected WAIT or END for a task that has started, found %s",
                answer.kind());
        return answer.kind() == Message.Kind.WAIT;
    }

    /**
     * Does a task's work in every step until there are no more.
     *
     * @param members resident tasks in this JVM
     */
    static void serve(long sessionId, MessageShape shape, int members, StepWork work, BarrierTaskContext context)
            throws InterruptedException {
        RemoteLink link;
        synchronized (OPEN) {
            link = OPEN.computeIfAbsent(sessionId, unused -> new RemoteLink(sessionId, shape, members));
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
            return hear(after, askUntilThereIs(after, context));
        } finally {
            doneAsking();
        }
    }

    private synchronized void doneAsking() {
        asking = false;
        notifyAll();
    }

    /** The longer the wait, the longer the pauses: it never takes much of a core, nor makes the wait much longer. */
    private Message askUntilThereIs(long after, BarrierTaskContext context) {
        long started = System.nanoTime();
        while (true) {
            ResidentLink.requireWanted(context);
            Message answer = ask(after, 0);
            if (answer.kind() != Message.Kind.WAIT) {
                return answer;
            }
            long waited = System.nanoTime() - started;
            LockSupport.parkNanos(Math.min(LONGEST_PAUSE_NANOS, waited / ASK_EVERY_PART_OF_WAIT));
        }
    }

    private Message ask(long after, int piece) {
        return ResidentPlugin.ask(Message.next(sessionId, executor, after, piece, shape.weightsPieces()));
    }

    /** Takes in an answer with all its pieces, for all tasks; empty if it is that there is nothing (yet). */
    private Optional<Weights> hear(long after, Message answer) {
        Optional<Weights> weights = answer.kind() == Message.Kind.WAIT ? Optional.empty() : weights(after, answer);
        synchronized (this) {
            weights.ifPresent(heard -> current = heard);
            ended |= weights.isEmpty() && answer.kind() != Message.Kind.WAIT;
            notifyAll();
        }
        return weights;
    }

    private Optional<Weights> weights(long after, Message first) {
        Pieces pieces = new Pieces(shape.weightsBytes(), shape.pieceBytes());
        Message answer = first;
        for (int piece = 0; answer.kind() != Message.Kind.END; answer = ask(after, ++piece)) {
            requireWeights(after, first.step(), answer);
            pieces.add(answer);
            if (pieces.isComplete()) {
                return Optional.of(new Weights(first.step(), Pieces.toFloats(pieces.content())));
            }
        }
        return Optional.empty();
    }

    private static void requireWeights(long after, long step, Message answer) {
        WrongMessageException.unless(
                answer.kind() == Message.Kind.WEIGHTS && answer.step() == step && step > after,
                "expected weights of one step after %d, found %s of step %d",
                after,
                answer.kind(),
                answer.step());
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
                for (Message message : Message.gradients(sessionId, executor, step, part, shape.pieceBytes())) {
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
