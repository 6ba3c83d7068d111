package io.lockstep.distributed;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * The driver's side of the steps that one job of resident tasks takes part in: it hands out the weights of the step under
 * way and takes in gradients until all shards are there.
 *
 * <p>A job that is lost takes its session with it: the next one has another number, so that what a task of the lost one
 * may still say is not heard. The number is random, and only the job's tasks are told: nobody else is heard. Each of their
 * messages is checked, against what the session knows and not against what the message says of itself, before anything of
 * it is kept; a wrong one ends the session.
 */
final class ResidentSession implements AutoCloseable {
    private static final Map<Long, ResidentSession> OPEN = new ConcurrentHashMap<>();
    private static final SecureRandom IDS = new SecureRandom();

    /** A few times what an update of a small network takes: to sleep and be woken would take as long again. */
    private static final long SPIN_NANOS = 500_000;

    /** How long a message with gradients waits for the next weights, when nothing but an update is missing. */
    private static final long UPDATE_MILLIS = 5;

    private static final byte[] WAIT = Message.answer(Message.Kind.WAIT).encode();
    private static final byte[] END = Message.answer(Message.Kind.END).encode();

    // What is volatile is also read without the session's lock, by threads that wait without sleeping.
    private final long id = IDS.nextLong();
    private final MessageShape shape;
    private final BitSet started = new BitSet();
    private final Map<String, Integer> tasksByExecutor = new HashMap<>();
    private volatile Weights current = Weights.NONE;
    private byte[][] answers;
    private Gradients sum;
    private volatile boolean complete;
    private final Map<String, Pieces> incoming = new HashMap<>();
    private final Set<String> delivered = new HashSet<>();
    private LentWork lent;
    private volatile SharedLoop shared;
    private volatile Throwable failure;
    private volatile boolean closed;

    private ResidentSession(MessageShape shape) {
        this.shape = shape;
    }

    static ResidentSession open(MessageShape shape) {
        ResidentSession session = new ResidentSession(shape);
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
        sum = Gradients.none(shape.shardCount());
        complete = false;
        incoming.clear();
        delivered.clear();
        answers = null;
        current = new Weights(step, parameters);
        notifyAll();
    }

    /** Waits, for a while, until all tasks have started; true if they have, or the job has failed. */
    synchronized boolean awaitTasks(long millis) throws InterruptedException {
        if (!haveAllStarted() && failure == null) {
            wait(millis);
        }
        return haveAllStarted() || failure != null;
    }

    private boolean haveAllStarted() {
        return started.cardinality() == shape.taskCount();
    }

    int taskCount() {
        return shape.taskCount();
    }

    /** How many tasks have started. */
    synchronized int startedCount() {
        return started.cardinality();
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

    /** Whether the step under way is complete, or the job has failed. */
    boolean isOver() {
        return complete || failure != null;
    }

    private boolean isClosed() {
        return closed || failure != null;
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

    /** The job has ended with a failure, or has to: its tasks are told that it is over. The first failure is kept. */
    synchronized void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
            notifyAll();
        }
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

    /** Counts a task that has started. */
    synchronized void join(String executor, int task) {
        started.set(task);
        tasksByExecutor.merge(executor, 1, Integer::sum);
        notifyAll();
    }

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
        if (isClosed()) {
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
        if (lent != null || isClosed()) {
            return Optional.empty();
        }
        lent = new LentWork(work);
        notifyAll();
        return Optional.of(lent);
    }

    /** Takes in gradients of the step under way; once the session is over they are dropped. */
    synchronized void deliver(long step, Gradients gradients) {
        if (isClosed()) {
            return;
        }
        if (current.step() != step) {
            throw new IllegalStateException("expected gradients of step " + current.step() + ", found " + step);
        }
        sum = sum.plus(gradients);
        boolean allTasks = sum.seconds().tasks() == shape.taskCount();
        if (allTasks != sum.tree().isComplete()) {
            throw new IllegalStateException(String.format(
                    Locale.ROOT,
                    "expected all gradients with those of the last of %d tasks, found %s with those of %d",
                    shape.taskCount(),
                    allTasks ? "some missing" : "all",
                    sum.seconds().tasks()));
        }
        if (allTasks) {
            complete = true;
            notifyAll();
        }
    }

    // Executors, whose messages may be anything

    /** The answer to a message of anybody: that all is over, to those who do not name a session that is open. */
    static byte[] answer(byte[] message) throws InterruptedException {
        OptionalLong id = Message.sessionId(message);
        Optional<ResidentSession> session = id.isPresent() ? find(id.getAsLong()) : Optional.empty();
        return session.isPresent() ? session.get().hear(message) : END;
    }

    private byte[] hear(byte[] message) throws InterruptedException {
        try {
            return answer(Message.decode(message));
        } catch (RuntimeException wrong) { // of whatever kind: nobody must wait for what the message should have been
            reject(wrong);
            return END;
        }
    }

    private void reject(RuntimeException wrong) {
        if (!isClosed()) { // else it is too late to matter
            fail(new WrongMessageException("an executor has sent a wrong message: " + wrong.getMessage(), wrong));
        }
    }

    private synchronized byte[] answer(Message asked) throws InterruptedException {
        if (isClosed()) {
            return END;
        }
        return switch (asked.kind()) {
            case JOIN -> {
                takeInTask(asked);
                yield WAIT;
            }
            case NEXT -> {
                requireQuestion(asked);
                yield answer(asked.step(), asked.piece());
            }
            case GRADIENTS -> {
                takeInGradients(asked);
                if (complete) { // then only an update is missing, and nothing that other messages bring
                    sleepUntilNext(asked.step(), UPDATE_MILLIS);
                }
                yield answer(asked.step(), 0);
            }
            case WEIGHTS, WAIT, END ->
                throw new WrongMessageException("expected a question, found the answer " + asked.kind(), null);
        };
    }

    private byte[] answer(long after, int piece) {
        return switch (next(after)) {
            case WEIGHTS -> answers()[piece];
            case WAIT -> WAIT;
            case END -> END;
        };
    }

    private byte[][] answers() {
        if (answers == null) {
            answers = Arrays.stream(Message.weights(current, shape.pieceBytes()))
                    .map(Message::encode)
                    .toArray(byte[][]::new);
        }
        return answers;
    }

    private void takeInTask(Message joined) {
        WrongMessageException.unless(
                joined.pieces() == shape.taskCount() && !started.get(joined.piece()),
                "expected one of %d tasks that has not started yet, found %d of %d",
                shape.taskCount(),
                joined.piece(),
                joined.pieces());
        join(joined.executor(), joined.piece());
    }

    private void requireQuestion(Message asked) {
        tasksOf(asked.executor());
        WrongMessageException.unless(
                asked.step() <= current.step(),
                "expected a question for what comes after step %d or before, found step %d",
                current.step(),
                asked.step());
        WrongMessageException.unless(
                asked.pieces() == shape.weightsPieces(),
                "expected a question for one of %d pieces, found %d",
                shape.weightsPieces(),
                asked.pieces());
    }

    private int tasksOf(String executor) {
        Integer tasks = tasksByExecutor.get(executor);
        WrongMessageException.unless(tasks != null, "expected an executor with tasks, found '%s'", executor);
        return tasks;
    }

    private void takeInGradients(Message piece) {
        WrongMessageException.unless(
                sum != null && !complete && piece.step() == current.step(),
                "expected gradients of step %d while some are missing, found some of step %d",
                current.step(),
                piece.step());
        String executor = piece.executor();
        int tasks = piece.seconds().tasks();
        int ofExecutor = tasksOf(executor);
        WrongMessageException.unless(
                !delivered.contains(executor) && (tasks == 0 || tasks == ofExecutor),
                "expected the gradients of all %d tasks of executor %s, once, found more of %d",
                ofExecutor,
                executor,
                tasks);
        Pieces pieces =
                incoming.computeIfAbsent(executor, unused -> new Pieces(shape.gradientBytes(), shape.pieceBytes()));
        pieces.add(piece);
        if (pieces.isComplete()) {
            incoming.remove(executor);
            if (tasks > 0) {
                delivered.add(executor);
            }
            GradientTree tree = GradientTree.of(pieces.content(), shape.shardCount(), shape.parameterCount());
            WrongMessageException.unless(!sum.tree().overlaps(tree), "expected each leaf once, found one twice");
            deliver(piece.step(), new Gradients(tree, piece.seconds()));
        }
    }
}
