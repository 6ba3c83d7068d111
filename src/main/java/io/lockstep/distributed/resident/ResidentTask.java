package io.lockstep.distributed.resident;

import io.lockstep.Stopwatch;
import io.lockstep.data.Shard;
import io.lockstep.data.Split;
import io.lockstep.distributed.GradientTree;
import io.lockstep.distributed.Gradients;
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
import scala.runtime.AbstractFunction1;

/**
 * A task that computes the gradients of its shards in every step of an epoch, until there are no more. In the driver's own
 * JVM it talks to the session directly; elsewhere all tasks of an executor share a {@link RemoteLink}.
 */
final class ResidentTask extends AbstractFunction1<Iterator<Shard>, Iterator<Object>> implements Serializable {
    private static final long serialVersionUID = 1;

    private final long sessionId;
    private final MessageShape shape;
    private final int epoch;
    private final Broadcast<ShardComputation> computation;

    ResidentTask(long sessionId, MessageShape shape, int epoch, Broadcast<ShardComputation> computation) {
        this.sessionId = sessionId;
        this.shape = shape;
        this.epoch = epoch;
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
            serve(here.get(), work(trainingShards(partition)), attempt);
        } else if (attempt.executor().equals("driver")) {
            throw new TaskKilledException("the steps of this task are over");
        } else if (RemoteLink.join(sessionId, shape, attempt)) {
            RemoteLink.serve(sessionId, shape, work(trainingShards(partition)), attempt);
        }
    }

    private static void serve(ResidentSession session, Function<Weights, Gradients> work, TaskAttempt attempt)
            throws InterruptedException {
        Optional<LentWork> lent = session.lend(work);
        if (lent.isPresent()) {
            while (!lent.get().awaitEnd(TaskAttempt.CHECK_MILLIS)) {
                attempt.requireWanted();
            }
            return;
        }
        long done = Weights.NONE.step();
        while (!session.isClosed()) {
            Optional<Weights> next = session.awaitNext(done, TaskAttempt.CHECK_MILLIS);
            if (next.isPresent()) {
                done = next.get().step();
                session.deliver(done, work.apply(next.get()));
            } else {
                attempt.requireWanted();
            }
        }
    }

    private static List<Shard> trainingShards(Iterator<Shard> partition) {
        List<Shard> shards = new ArrayList<>();
        partition.foreach(new AbstractFunction1<>() {
            @Override
            public Boolean apply(Shard shard) {
                return shard.split() == Split.TRAIN && shards.add(shard);
            }
        });
        return shards;
    }

    /** The next weights are there only when nobody reads the gradients of the last ones any more. */
    private Function<Weights, Gradients> work(List<Shard> shards) {
        GradientTree tree = new GradientTree(shape.shardCount(), shape.parameterCount());
        return weights -> {
            Stopwatch compute = Stopwatch.start();
            tree.startOver();
            for (Shard shard : shards) {
                computation.value().addGradient(tree, shard, weights.parameters(), epoch, weights.step());
            }
            return new Gradients(tree, TaskSeconds.of(compute.seconds()));
        };
    }
}
