package io.lockstep.distributed.resident;

import io.lockstep.Stopwatch;
import io.lockstep.data.Shard;
import io.lockstep.distributed.GradientTree;
import io.lockstep.distributed.Gradients;
import io.lockstep.distributed.Partial;
import io.lockstep.distributed.ShardComputation;
import io.lockstep.distributed.TaskSeconds;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.TaskKilledException;
import org.apache.spark.broadcast.Broadcast;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/**
 * A task that does the work of a training for its shards: the gradients of steps, and evaluations, until there is no
 * more. In the driver's own JVM it talks to the session directly; elsewhere all tasks of an executor share a
 * {@link RemoteLink}.
 */
final class ResidentTask extends AbstractFunction1<Iterator<Shard>, Iterator<Object>> implements Serializable {
    private static final long serialVersionUID = 1;

    private final long sessionId;
    private final MessageShape shape;
    private final Broadcast<ShardComputation> computation;

    ResidentTask(long sessionId, MessageShape shape, Broadcast<ShardComputation> computation) {
        this.sessionId = sessionId;
        this.shape = shape;
        this.computation = computation;
    }

    @Override
    public Iterator<Object> apply(Iterator<Shard> partition) {
        try {
            run(partition, TaskAttempt.current());
        } catch (InterruptedException killed) {
            Thread.currentThread().interrupt();
            throw new TaskKilledException("interrupted");
        }
        return scala.collection.Iterator$.MODULE$.empty();
    }

    /** The session hears of the task before its shards are read, which may take long. */
    private void run(Iterator<Shard> partition, TaskAttempt attempt) throws InterruptedException {
        Optional<ResidentSession> here = ResidentSession.find(sessionId);
        if (here.isPresent()) {
            here.get().join(attempt.executor(), attempt.task());
            serve(here.get(), computation(shards(partition), attempt), attempt);
        } else if (attempt.executor().equals("driver")) {
            throw new TaskKilledException("the work of this task is over");
        } else if (RemoteLink.join(sessionId, shape, attempt)) {
            RemoteLink.serve(sessionId, shape, () -> computation(shards(partition), attempt), attempt);
        }
    }

    private static void serve(ResidentSession session, Function<Work, Partial> computation, TaskAttempt attempt)
            throws InterruptedException {
        Optional<LentWork> lent = session.lend(computation);
        if (lent.isPresent()) {
            while (!lent.get().awaitEnd(TaskAttempt.CHECK_MILLIS)) {
                attempt.requireWanted();
            }
            return;
        }
        Optional<Work> next = next(session, Work.NONE.number(), attempt);
        while (next.isPresent()) {
            long number = next.get().number();
            session.deliver(number, computation.apply(next.get()));
            next = next(session, number, attempt);
        }
    }

    /** Waits, for as long as it takes, for the work after a given one; empty if there is no more. */
    private static Optional<Work> next(ResidentSession session, long after, TaskAttempt attempt)
            throws InterruptedException {
        Optional<Work> next = session.awaitNext(after, TaskAttempt.CHECK_MILLIS);
        while (next.isEmpty() && !session.isClosed()) {
            attempt.requireWanted();
            next = session.sleepUntilNext(after, TaskAttempt.CHECK_MILLIS);
        }
        return next;
    }

    private static List<Shard> shards(Iterator<Shard> partition) {
        List<Shard> shards = new ArrayList<>();
        CollectionConverters.asJava(partition).forEachRemaining(shards::add);
        return shards;
    }

    /** Ends the task between two shards if Spark wants it to end: an evaluation may take long. */
    private static java.util.Iterator<Shard> whileWanted(List<Shard> shards, TaskAttempt attempt) {
        java.util.Iterator<Shard> all = shards.iterator();
        return new java.util.Iterator<>() {
            @Override
            public boolean hasNext() {
                return all.hasNext();
            }

            @Override
            public Shard next() {
                attempt.requireWanted();
                return all.next();
            }
        };
    }

    /** The next work is there only when nobody reads the results of the last any more. */
    private Function<Work, Partial> computation(List<Shard> shards, TaskAttempt attempt) {
        GradientTree tree = new GradientTree(shape.shardCount(), shape.parameterCount());
        return work -> {
            if (!(work.goal() instanceof Work.Step step)) {
                return computation.value().losses(whileWanted(shards, attempt), shape.shardCount(), work.parameters());
            }
            Stopwatch compute = Stopwatch.start();
            tree.startOver();
            whileWanted(shards, attempt)
                    .forEachRemaining(shard ->
                            computation.value().addGradient(tree, shard, work.parameters(), step.epoch(), step.step()));
            return new Gradients(tree, TaskSeconds.of(compute.seconds()));
        };
    }
}
