package io.lockstep.distributed;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

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

    /** A few times what an update of a small network takes: to sleep and be woken would take as long again. */
    private static final long SPIN_NANOS = 500_000;

    /** How long a message with gradients waits for the next weights, when nothing but an update is missing. */
    private static final long UPDATE_MILLIS = 5;

    // What is volatile is also read without the session's lock, by threads that wait without sleeping.
    private final long id = IDS.incrementAndGet();
    private final int shardCount;
    private volatile Weights current = Weights.NONE;
    private byte[][] answers;
    private Gradients sum;
    private volatile boolean complete;
    private final Map<String, ByteBuffer[]> incoming = new HashMap<>();
    private LentWork lent;
    private volatile SharedLoop shared;
    private volatile Throwable failure;
    private volatile boolean closed;

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
        sum = Gradients.none(shardCount);
        complete = false;
        incoming.clear();
        answers = null;
        current = new Weights(step, parameters);
        notifyAll();
    }

    /**
     * Waits until all gradients of the step are there, and computes what has been lent; empty if the job has failed
     * instead.
     */
    Optional<Gradients> awaitSum() throws InterruptedException {
        await(() -> isOver() || lent != null);
        if (!isOver()) {
            lent.compute(current).ifPresent(gradients -> deliver(current.step(), gradients));
            spinWhile(() -> !isOver());
            await(this::isOver);
        }
        return complete ? Optional.of(sum) : Optional.empty();
    }

    private boolean isOver() {
        return complete || failure != null;
    }

    private synchronized void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            wait();
        }
    }

    /** Without sleeping, and helping meanwhile. */
    private void spinWhile(BooleanSupplier condition) {
        long started = System.nanoTime();
        while (condition.getAsBoolean() && System.nanoTime() - started < SPIN_NANOS) {
            SharedLoop loop = shared;
            if (loop != null) {
                loop.help();
            }
            Thread.yield();
        }
    }

    /** A loop of the driver's between two steps, with the help of tasks that are still awake. */
    void share(int rounds, IntConsumer body) {
        SharedLoop loop = new SharedLoop(rounds, body);
        shared = loop;
        try {
            loop.finish();
        } finally {
            shared = null;
        }
    }

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
            if (lent != null) {
                lent.end();
            }
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

    Word next(long after) {
        if (closed) {
            return Word.END;
        }
        return current.step() > after ? Word.WEIGHTS : Word.WAIT;
    }

    Weights weights() {
        return current;
    }

    /** Waits, for a while and at first without sleeping, until there is a word other than to wait. */
    Word awaitNext(long after, long millis) throws InterruptedException {
        spinWhile(() -> next(after) == Word.WAIT);
        return sleepUntilNext(after, millis);
    }

    private synchronized Word sleepUntilNext(long after, long millis) throws InterruptedException {
        if (next(after) == Word.WAIT) {
            wait(millis);
        }
        return next(after);
    }

    /**
     * Takes a task's work over to the driver's thread, which would only wait otherwise, while the two would wake each
     * other twice a step. One task of the driver's JVM can have that.
     */
    synchronized Optional<LentWork> lend(StepWork work) {
        if (lent != null || closed) {
            return Optional.empty();
        }
        lent = new LentWork(work);
        notifyAll();
        return Optional.of(lent);
    }

    /** Takes in gradients of the step under way; once the session is closed they are dropped. */
    synchronized void deliver(long step, Gradients gradients) {
        if (closed) {
            return;
        }
        if (current.step() != step) {
            throw new IllegalStateException("expected gradients of step " + current.step() + ", found " + step);
        }
        sum = sum.plus(gradients);
        complete = sum.isComplete();
        if (complete) {
            notifyAll();
        }
    }

    /**
     * What the driver says to an executor. It waits only where nothing that other messages bring is missing: for the
     * update, once all gradients are there.
     */
    synchronized byte[] answer(Message asked) throws InterruptedException {
        if (asked.kind() == Message.Kind.GRADIENTS) {
            takeIn(asked);
            if (complete) {
                sleepUntilNext(asked.step(), UPDATE_MILLIS);
            }
        }
        return switch (next(asked.step())) {
            case WEIGHTS -> answers()[asked.kind() == Message.Kind.NEXT ? asked.piece() : 0];
            case WAIT -> Message.answer(Message.Kind.WAIT).encode();
            case END -> Message.answer(Message.Kind.END).encode();
        };
    }

    private void takeIn(Message gradients) {
        ByteBuffer[] pieces =
                incoming.computeIfAbsent(gradients.executor(), unused -> new ByteBuffer[gradients.pieces()]);
        pieces[gradients.piece()] = gradients.content();
        if (gradients.piece() == pieces.length - 1) {
            incoming.remove(gradients.executor());
            GradientTree tree = GradientTree.of(Pieces.join(pieces));
            deliver(gradients.step(), new Gradients(tree, gradients.seconds()));
        }
    }

    private byte[][] answers() {
        if (answers == null) {
            answers =
                    Arrays.stream(Message.weights(current)).map(Message::encode).toArray(byte[][]::new);
        }
        return answers;
    }
}
