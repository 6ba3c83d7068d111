package io.lockstep.distributed.resident;

import io.lockstep.distributed.Partial;
import io.lockstep.distributed.WrongMessageException;
import io.lockstep.linalg.Workers;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * The driver's side of the work of one job of resident tasks: it hands out the work under way, a step or an evaluation,
 * and takes in results until those of all shards are there.
 *
 * <p>When a job is lost, its session ends. The next job has another id, so late messages from the lost tasks are
 * ignored. The id is random and only the job's tasks are told, so that nobody else is heard. {@link ExecutorMessages}
 * speaks for tasks on executors.
 */
final class ResidentSession implements AutoCloseable {
    private static final Map<Long, ResidentSession> OPEN = new ConcurrentHashMap<>();
    private static final SecureRandom IDS = new SecureRandom();

    /** A few times a small network's update; parking a thread and waking it would double the wait. */
    private static final long SPIN_NANOS = 500_000;

    // Volatile fields are also read without the session's lock, by threads that wait without sleeping.
    private final long id = IDS.nextLong();
    private final MessageShape shape;
    private final BitSet started = new BitSet();
    private final Map<String, Integer> tasksByExecutor = new HashMap<>();
    private volatile Work current = Work.NONE;
    private Partial sum;
    private WorkMessages messages;
    private volatile boolean complete;
    private LentWork lent;
    private volatile SharedLoop shared;
    private volatile Throwable failure;
    private volatile boolean closed;
    private volatile AmongExecutors exchange; // among executors, once all tasks have started, if there is to be one

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

    /** Hands out the next work. Its parameters must not be written until its sum is there. */
    synchronized void publish(Work.Goal goal, float[] parameters) {
        Work work = new Work(current.number() + 1, goal, parameters);
        sum = goal.none(shape);
        messages = new WorkMessages(shape, work);
        complete = false;
        current = work;
        notifyAll();
    }

    /** Executors with tasks, all of which have started, and the exchange among them. */
    private record AmongExecutors(Peers peers, DriverExchange driver, Mailbox mailbox) {}

    /**
     * Sends the weights of the work that was published, if they travel among executors.
     *
     * @param addresses of executors, in order, unless one is lost; asked once, when all tasks have started
     * @param posts how to reach them
     */
    void sendWeights(Function<List<String>, Optional<Peers>> addresses, Function<Peers, Post> posts) {
        if (!shape.amongExecutors() || isOver()) {
            return;
        }
        if (exchange == null) {
            List<String> executors = executors();
            Optional<Peers> peers = addresses.apply(executors);
            if (peers.isEmpty()) {
                fail(new IllegalStateException("one of the executors " + executors + " is lost"));
                return;
            }
            DriverExchange driver = new DriverExchange(shape, executors.size(), id, posts.apply(peers.get()));
            exchange = new AmongExecutors(
                    peers.get(), driver, Mailbox.open(id, shape.longestSliceMessage(), this::takeInSum, this::fail));
        }
        exchange.driver().send(current);
    }

    private synchronized List<String> executors() {
        return tasksByExecutor.keySet().stream().sorted().toList();
    }

    private void takeInSum(ByteBuffer message) {
        PeerMessage heard = PeerMessage.decode(message);
        WrongMessageException.unless(heard instanceof PeerMessage.Sum, "expected a sum, found something else");
        long number = heard.head().number();
        exchange.driver().take((PeerMessage.Sum) heard).ifPresent(gradients -> deliver(number, gradients));
    }

    /** Where the members of an exchange among executors are, once they are known. */
    Optional<Peers> peers() {
        return Optional.ofNullable(exchange).map(AmongExecutors::peers);
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

    MessageShape shape() {
        return shape;
    }

    /** How many tasks have started. */
    synchronized int startedCount() {
        return started.cardinality();
    }

    /**
     * Waits until the results of all shards are there, and computes what has been lent; empty if the job has failed
     * instead.
     */
    Optional<Partial> awaitSum() throws InterruptedException {
        await(() -> isOver() || lent != null);
        if (!isOver()) {
            lent.compute(current).ifPresent(partial -> deliver(current.number(), partial, this::share));
            spinWhile(() -> !isOver());
            await(this::isOver);
        }
        return complete ? Optional.of(sum) : Optional.empty();
    }

    /** Whether the work under way is complete, or the job has failed. */
    boolean isOver() {
        return complete || failure != null;
    }

    /** Whether there will be no more work. */
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

    /** A loop of the driver's, with the help of tasks that are still awake. */
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
        if (exchange != null) {
            exchange.mailbox().close();
            if (failure == null) { // else Spark ends the tasks, and peers that have gone need not be waited for
                exchange.driver().end();
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

    /** Whether a task has started. */
    synchronized boolean hasStarted(int task) {
        return started.get(task);
    }

    /** How many tasks of an executor have started; 0 if it has none. */
    synchronized int tasksOf(String executor) {
        return tasksByExecutor.getOrDefault(executor, 0);
    }

    /** Of the work under way, or the last; before the first, that of {@link Work#NONE}. */
    long number() {
        return current.number();
    }

    /** Whether the results of all shards are there; also before the first work, when none are missing. */
    boolean isComplete() {
        return complete || current == Work.NONE;
    }

    /** Those of the work under way. */
    WorkMessages messages() {
        return messages;
    }

    /** Whether the results of a shard are among those that are there already. */
    synchronized boolean overlaps(Partial partial) {
        return sum.overlaps(partial);
    }

    /** The work under way, for a task that has done all up to a given number; empty if there is none (yet). */
    Optional<Work> next(long after) {
        Work next = current;
        return !isClosed() && next.number() > after ? Optional.of(next) : Optional.empty();
    }

    /**
     * Waits, for a while and at first without sleeping, for work after a given number; empty if there is none (yet).
     */
    Optional<Work> awaitNext(long after, long millis) throws InterruptedException {
        spinWhile(() -> current.number() <= after && !isClosed());
        return sleepUntilNext(after, millis);
    }

    /** As {@link #awaitNext}, but sleeping from the beginning. */
    synchronized Optional<Work> sleepUntilNext(long after, long millis) throws InterruptedException {
        if (current.number() <= after && !isClosed()) {
            wait(millis);
        }
        return next(after);
    }

    /**
     * Runs one task's work on the driver's thread, which would otherwise idle while the two threads wake each other
     * twice a step. At most one task can lend its work.
     */
    synchronized Optional<LentWork> lend(Function<Work, Partial> computation) {
        if (lent != null || isClosed()) {
            return Optional.empty();
        }
        lent = new LentWork(computation);
        notifyAll();
        return Optional.of(lent);
    }

    /** Takes in results of the work under way; once the session is over they are dropped. */
    void deliver(long number, Partial partial) {
        // backwards, because the driver's thread may help, and begins where it does in its own loops
        deliver(number, partial, (rounds, body) -> share(rounds, round -> body.accept(rounds - 1 - round)));
    }

    private synchronized void deliver(long number, Partial partial, Workers workers) {
        if (isClosed()) {
            return;
        }
        if (current.number() != number) {
            throw new IllegalStateException("expected results of work " + current.number() + ", found " + number);
        }
        sum = sum.plus(partial, workers);
        boolean allTasks = sum.tasks() == shape.taskCount();
        if (allTasks != sum.isComplete()) {
            throw new IllegalStateException(String.format(
                    Locale.ROOT,
                    "expected the results of all shards with those of the last of %d tasks, found %s with those of %d",
                    shape.taskCount(),
                    allTasks ? "some missing" : "all",
                    sum.tasks()));
        }
        if (allTasks) {
            complete = true;
            notifyAll();
        }
    }
}
