package io.lockstep.distributed;

import io.lockstep.distributed.ResidentSession.Weights;
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
    private static final long CHECK_MILLIS = 50;

    private final long session;
    private final int members;
    private final String executor = SparkEnv.get().executorId();
    private int left;
    private GradientTree sum;
    private TaskSeconds seconds = TaskSeconds.NONE;
    private Weights current = new Weights(-1, new float[0]);
    private boolean asking;
    private boolean ended;

    private RemoteLink(long session, int members) {
        this.session = session;
        this.members = members;
    }

    /**
     * @param members resident tasks in this JVM
     */
    static ResidentLink join(long session, int members, BarrierTaskContext context) {
        synchronized (OPEN) {
            return new Member(OPEN.computeIfAbsent(session, unused -> new RemoteLink(session, members)), context);
        }
    }

    /** One task's end of it. */
    private record Member(RemoteLink link, BarrierTaskContext context) implements ResidentLink {
        @Override
        public Optional<Weights> next(long after) throws InterruptedException {
            return link.next(after, context);
        }

        @Override
        public void deliver(long step, GradientTree tree, TaskSeconds seconds) {
            link.deliver(step, tree, seconds);
        }

        @Override
        public void close() {
            link.leave();
        }
    }

    private Optional<Weights> next(long after, BarrierTaskContext context) throws InterruptedException {
        synchronized (this) {
            while (!ended && current.step() <= after && asking) {
                wait(CHECK_MILLIS);
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
        Optional<Weights> answer = Optional.empty();
        boolean answered = false;
        try {
            answer = ask(after, context);
            answered = true;
            return answer;
        } finally {
            synchronized (this) {
                asking = false;
                answer.ifPresent(weights -> current = weights);
                ended = answered && answer.isEmpty();
                notifyAll();
            }
        }
    }

    /** The longer the wait, the longer the pauses: it never takes much of a core, nor makes the wait much longer. */
    private Optional<Weights> ask(long after, BarrierTaskContext context) {
        long started = System.nanoTime();
        while (true) {
            ResidentLink.requireWanted(context);
            Message answer = ResidentPlugin.ask(Message.next(session, executor, after, 0));
            switch (answer.kind()) {
                case WEIGHTS -> {
                    return weights(after, answer);
                }
                case WAIT -> {
                    long waited = System.nanoTime() - started;
                    LockSupport.parkNanos(Math.min(LONGEST_PAUSE_NANOS, waited / ASK_EVERY_PART_OF_WAIT));
                }
                default -> {
                    return Optional.empty();
                }
            }
        }
    }

    private Optional<Weights> weights(long after, Message first) {
        byte[][] pieces = new byte[first.pieces()][];
        pieces[0] = first.content();
        for (int piece = 1; piece < pieces.length; piece++) {
            Message answer = ResidentPlugin.ask(Message.next(session, executor, after, piece));
            if (answer.kind() != Message.Kind.WEIGHTS) {
                return Optional.empty();
            }
            pieces[piece] = answer.content();
        }
        return Optional.of(new Weights(first.step(), Pieces.toFloats(Pieces.join(pieces))));
    }

    /** The last of the tasks to come sends. */
    private void deliver(long step, GradientTree tree, TaskSeconds taskSeconds) {
        byte[][] pieces;
        TaskSeconds all;
        synchronized (this) {
            sum = sum == null ? tree : sum.merge(tree);
            seconds = seconds.plus(taskSeconds);
            if (seconds.tasks() < members) {
                return;
            }
            pieces = Pieces.of(sum.toBytes());
            all = seconds;
            sum = null;
            seconds = TaskSeconds.NONE;
        }
        for (int piece = 0; piece < pieces.length; piece++) {
            ResidentPlugin.ask(new Message(
                    Message.Kind.GRADIENTS, session, executor, step, piece, pieces.length, all, pieces[piece]));
        }
    }

    private void leave() {
        synchronized (OPEN) {
            left++;
            if (left == members) {
                OPEN.remove(session);
            }
        }
    }
}
