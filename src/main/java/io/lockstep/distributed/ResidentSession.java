package io.lockstep.distributed;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The driver's side of the steps that one job of resident tasks takes part in: it hands out the weights of the step under
 * way and takes in gradients until all shards are there.
 *
 * <p>A job that is lost takes its session with it: the next one has another number, so that what a task of the lost one
 * may still say is not heard.
 */
final class ResidentSession implements AutoCloseable {
    private static final Map<Long, ResidentSession> OPEN = new ConcurrentHashMap<>();
    private static final AtomicLong IDS = new AtomicLong();
    private static final long CHECK_MILLIS = 50;

    /** The weights of a step. */
    record Weights(long step, float[] parameters) {}

    private final long id = IDS.incrementAndGet();
    private final int shardCount;
    private Weights current;
    private byte[][] encoded;
    private GradientTree sum;
    private TaskSeconds seconds;
    private final Map<String, byte[][]> incoming = new HashMap<>();
    private Throwable failure;
    private boolean closed;

    private ResidentSession(int shardCount) {
        this.shardCount = shardCount;
    }

    static ResidentSession open(int shardCount) {
        ResidentSession session = new ResidentSession(shardCount);
        OPEN.put(session.id, session);
        return session;
    }

    /** The session of the given number if it is open and this is the driver's JVM. */
    static Optional<ResidentSession> find(long id) {
        return Optional.ofNullable(OPEN.get(id));
    }

    long id() {
        return id;
    }

    // The driver's thread

    /** Hands out the weights of a step, which must not be written until its sum is there. */
    synchronized void publish(long step, float[] parameters) {
        current = new Weights(step, parameters);
        encoded = null;
        startOver();
        notifyAll();
    }

    /** Waits until all gradients of the step are there; empty if the job has failed instead. */
    synchronized Optional<Sum> awaitSum() throws InterruptedException {
        while (!sum.isComplete() && failure == null) {
            wait();
        }
        return sum.isComplete() ? Optional.of(new Sum(sum, seconds)) : Optional.empty();
    }

    /** All gradients of a step, and how long the tasks took. */
    record Sum(GradientTree tree, TaskSeconds seconds) {}

    /** The job has ended with a failure. */
    synchronized void fail(Throwable cause) {
        failure = cause;
        notifyAll();
    }

    synchronized Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /** Lets the tasks end. */
    @Override
    public void close() {
        OPEN.remove(id);
        synchronized (this) {
            closed = true;
            notifyAll();
        }
    }

    // The tasks, on whatever thread speaks for them

    /** What there is for a task that has done the steps up to a given one. */
    enum Word {
        /** The weights of the next step. */
        WEIGHTS,
        /** Nothing yet. */
        WAIT,
        /** Nothing ever: there are no more steps, or the job is over. */
        END
    }

    synchronized Word next(long after) {
        if (closed) {
            return Word.END;
        }
        return current != null && current.step() > after ? Word.WEIGHTS : Word.WAIT;
    }

    synchronized Weights weights() {
        return current;
    }

    /** Waits, for a while, until there is a word other than to wait. */
    synchronized Word awaitNext(long after) throws InterruptedException {
        Word word = next(after);
        if (word == Word.WAIT) {
            wait(CHECK_MILLIS);
            word = next(after);
        }
        return word;
    }

    /** Takes in gradients of the step under way; once the session is closed they are dropped. */
    synchronized void deliver(long step, GradientTree tree, TaskSeconds taskSeconds) {
        if (closed) {
            return;
        }
        if (current.step() != step) {
            throw new IllegalStateException("expected gradients of step " + current.step() + ", found " + step);
        }
        sum.merge(tree);
        seconds = seconds.plus(taskSeconds);
        if (sum.isComplete()) {
            notifyAll();
        }
    }

    /** What the driver says to an executor; it never waits. */
    synchronized Message answer(Message asked) {
        return switch (asked.kind()) {
            case NEXT ->
                switch (next(asked.step())) {
                    case WEIGHTS -> asked.answerWeights(current.step(), encodedWeights());
                    case WAIT -> asked.answer(Message.Kind.WAIT);
                    case END -> asked.answer(Message.Kind.END);
                };
            case GRADIENTS -> {
                takeIn(asked);
                yield asked.answer(Message.Kind.TAKEN);
            }
            default -> throw new IllegalStateException("expected a question, found " + asked.kind());
        };
    }

    private void takeIn(Message gradients) {
        byte[][] pieces = incoming.computeIfAbsent(gradients.executor(), unused -> new byte[gradients.pieces()][]);
        pieces[gradients.piece()] = gradients.content();
        if (gradients.piece() == pieces.length - 1) {
            incoming.remove(gradients.executor());
            GradientTree tree = GradientTree.of(Pieces.join(pieces));
            deliver(gradients.step(), tree, gradients.seconds());
        }
    }

    private byte[][] encodedWeights() {
        if (encoded == null) {
            encoded = Pieces.of(Pieces.toBytes(current.parameters()));
        }
        return encoded;
    }

    private void startOver() {
        sum = new GradientTree(shardCount);
        seconds = TaskSeconds.NONE;
        incoming.clear();
    }
}
