package io.lockstep.distributed.resident;

import io.lockstep.distributed.Gradients;
import io.lockstep.distributed.WrongMessageException;
import java.security.SecureRandom;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * The driver's side of the steps that one job of resident tasks takes part in: it hands out the weights of the step under
 * way and takes in gradients until all shards are there.
 *
 * <p>When a job is lost, its session ends. The next job has another id, so late messages from the lost tasks are ignored.
 * The id is random and only the job's tasks are told, so that nobody else is heard. Each of their messages is checked before
 * anything of it is kept, against what the session knows and not against what the message says of itself; a wrong one ends
 * the session.
 */
final class ResidentSession implements AutoCloseable {
    private static final Map<Long, ResidentSession> OPEN = new ConcurrentHashMap<>();
    private static final SecureRandom IDS = new SecureRandom();

    /** A few times a small network's update; parking a thread and waking it would double the wait. */
    private static final long SPIN_NANOS = 500_000;

    /** How long a message with gradients waits for the next weights, when nothing but an update is missing. */
    private static final long UPDATE_MILLIS = 5;

    private static final byte[] WAIT = new Answer.Wait().encode();
    private static final byte[] END = new Answer.End().encode();

    // Volatile fields are also read without the session's lock, by threads that wait without sleeping.
    private final long id = IDS.nextLong();
    private final MessageShape shape;
    private final BitSet started = new BitSet();
    private final Map<String, Integer> tasksByExecutor = new HashMap<>();
    private volatile Weights current = Weights.NONE;
    private byte[][] answers;
    private Gradients sum;
    private Deliveries deliveries;
    private volatile boolean complete;
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
        sum = Gradients.none(shape.shardCount(), shape.parameterCount());
        complete = false;
        deliveries = new Deliveries(shape);
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

    /** Whether there will be no more steps. */
    boolean isClosed() {
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

    /** The weights of the step under way, for a task that has done the steps up to a given one; empty if there are none. */
    private Optional<Weights> next(long after) {
        Weights next = current;
        return !isClosed() && next.step() > after ? Optional.of(next) : Optional.empty();
    }

    /** Waits, for a while and at first without sleeping, for weights after a given step; empty if there are none (yet). */
    Optional<Weights> awaitNext(long after, long millis) throws InterruptedException {
        spinWhile(() -> current.step() <= after && !isClosed());
        return sleepUntilNext(after, millis);
    }

    private synchronized Optional<Weights> sleepUntilNext(long after, long millis) throws InterruptedException {
        if (current.step() <= after && !isClosed()) {
            wait(millis);
        }
        return next(after);
    }

    /**
     * Runs one task's work on the driver's thread, which would otherwise idle while the two threads wake each other twice a
     * step. At most one task can lend its work.
     */
    synchronized Optional<LentWork> lend(Function<Weights, Gradients> work) {
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

    /** The answer to a message from anybody: the end, to senders that do not name an open session. */
    static byte[] answer(byte[] message) throws InterruptedException {
        OptionalLong id = Question.sessionId(message);
        Optional<ResidentSession> session = id.isPresent() ? find(id.getAsLong()) : Optional.empty();
        return session.isPresent() ? session.get().hear(message) : END;
    }

    private byte[] hear(byte[] message) throws InterruptedException {
        try {
            return answer(Question.decode(message));
        } catch (RuntimeException wrong) { // of any kind: nobody must wait for the message that this should have been
            reject(wrong);
            return END;
        }
    }

    private void reject(RuntimeException wrong) {
        if (!isClosed()) { // else it is too late to matter
            fail(new WrongMessageException("an executor has sent a wrong message: " + wrong.getMessage(), wrong));
        }
    }

    private synchronized byte[] answer(Question question) throws InterruptedException {
        if (isClosed()) {
            return END;
        }
        if (question instanceof Question.Start start) {
            takeInTask(start);
            return WAIT;
        }
        if (question instanceof Question.Next next) {
            requireQuestion(next);
            return answer(next.after(), next.piece());
        }
        Question.Deliver deliver = (Question.Deliver) question;
        takeInGradients(deliver);
        if (complete) { // then only an update is missing, and no other message can bring it
            sleepUntilNext(deliver.step(), UPDATE_MILLIS);
        }
        return answer(deliver.step(), 0);
    }

    private byte[] answer(long after, int piece) {
        if (isClosed()) {
            return END;
        }
        return next(after).isPresent() ? answers()[piece] : WAIT;
    }

    private byte[][] answers() {
        if (answers == null) {
            answers = Answer.NextWeights.all(current, shape.pieceBytes()).stream()
                    .map(Answer::encode)
                    .toArray(byte[][]::new);
        }
        return answers;
    }

    private void takeInTask(Question.Start start) {
        WrongMessageException.unless(
                start.tasks() == shape.taskCount() && !started.get(start.task()),
                "expected one of %d tasks that has not started yet, found %d of %d",
                shape.taskCount(),
                start.task(),
                start.tasks());
        join(start.sender().executor(), start.task());
    }

    private void requireQuestion(Question.Next next) {
        tasksOf(next.sender());
        WrongMessageException.unless(
                next.after() <= current.step(),
                "expected a question for the weights after step %d or before, found step %d",
                current.step(),
                next.after());
        WrongMessageException.unless(
                next.pieces() == shape.weightsPieces(),
                "expected a question for one of %d pieces, found %d",
                shape.weightsPieces(),
                next.pieces());
    }

    private int tasksOf(Question.Sender sender) {
        Integer tasks = tasksByExecutor.get(sender.executor());
        WrongMessageException.unless(tasks != null, "expected an executor with tasks, found '%s'", sender.executor());
        return tasks;
    }

    private void takeInGradients(Question.Deliver deliver) {
        WrongMessageException.unless(
                sum != null && !complete && deliver.step() == current.step(),
                "expected gradients of step %d while some are missing, found some of step %d",
                current.step(),
                deliver.step());
        Optional<Gradients> subtree = deliveries.add(deliver, tasksOf(deliver.sender()));
        if (subtree.isPresent()) {
            WrongMessageException.unless(
                    !sum.tree().overlaps(subtree.get().tree()), "expected each leaf once, found one twice");
            deliver(deliver.step(), subtree.get());
        }
    }
}
