package io.lockstep.distributed;

import io.lockstep.LockstepException;
import io.lockstep.Stopwatch;
import io.lockstep.data.Shard;
import io.lockstep.data.ShardedDataset;
import io.lockstep.data.Split;
import io.lockstep.linalg.Workers;
import io.lockstep.nn.LossSum;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
import scala.runtime.AbstractFunction1;

/**
 * One Spark job an epoch, whose tasks stay: they hold their shards, take the weights of a step, hand over their gradients
 * in a {@link GradientTree}, and wait for the weights of the next. It is a barrier stage, so that all tasks run at once
 * and, when one is lost, end together. Another job then goes on: the step under way starts over with the weights that it
 * has.
 */
public final class ResidentEngine implements StepEngine {
    private static final Logger LOG = LoggerFactory.getLogger(ResidentEngine.class);

    /** As many as Spark tries a task: a step that so many jobs could not do will not be done by another. */
    private static final int JOBS_WITHOUT_A_STEP = 4;

    /** As long as a cluster may take to replace an executor. */
    private static final Duration LONGEST_WAIT_FOR_CORES = Duration.ofMinutes(5);

    private final JavaSparkContext spark;
    private final ShardedDataset dataset;
    private final long stepsPerEpoch;
    private final MessageShape shape;
    private final AggregateEngine evaluation;
    private final FailFast tasks;
    private final Duration longestWait;
    private ResidentJob job;

    /**
     * @param tasks tells failures that no other attempt can mend
     */
    public ResidentEngine(
            JavaSparkContext spark, ShardedDataset dataset, ShardComputation computation, FailFast tasks) {
        this(spark, dataset, computation, tasks, LONGEST_WAIT_FOR_CORES);
    }

    /**
     * @param longestWait how long not all tasks may run at once, before the run ends with advice
     */
    ResidentEngine(
            JavaSparkContext spark,
            ShardedDataset dataset,
            ShardComputation computation,
            FailFast tasks,
            Duration longestWait) {
        this.spark = spark;
        this.dataset = dataset;
        this.stepsPerEpoch = computation.plan().stepsPerEpoch();
        this.shape = new MessageShape(
                dataset.sharding().shardCount(),
                computation.network().parameterCount(),
                dataset.sharding().partitionCount());
        this.evaluation = new AggregateEngine(spark, dataset, computation);
        this.tasks = tasks;
        this.longestWait = longestWait;
    }

    @Override
    public Step compute(float[] parameters, int epoch, long step) {
        Throwable failure = null;
        for (int attempt = 0;
                attempt < JOBS_WITHOUT_A_STEP && tasks.firstCause().isEmpty();
                attempt++) {
            if (attempt > 0) {
                LOG.warn("step {} of epoch {} starts over: {}", step + 1, epoch + 1, firstLine(failure));
            }
            if (job == null || !job.continuesWith(epoch, step)) {
                start(epoch);
            }
            Optional<Step> done = job.compute(parameters, step);
            if (done.isPresent()) {
                if (step + 1 == stepsPerEpoch) {
                    endJob();
                }
                return done.get();
            }
            failure = job.failure();
            endJob();
            if (failure instanceof LockstepException forUser) {
                throw forUser;
            }
        }
        failure = tasks.firstCause().orElse(failure);
        throw new IllegalStateException(
                "no job could do step " + (step + 1) + " of epoch " + (epoch + 1) + ": " + failure.getMessage(),
                failure);
    }

    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    private void start(int epoch) {
        endJob();
        Patience patience = new Patience(longestWait);
        awaitSlots(patience);
        ResidentSession session = ResidentSession.open(shape);
        ResidentTask task = new ResidentTask(session.id(), shape, epoch, evaluation.computation());
        job = ResidentJob.start(spark, session, epoch, patience, () -> {
            var resident = dataset.shards().rdd().barrier().mapPartitions(task, false, ClassTag.apply(Object.class));
            spark.sc().runJob(resident, new Drain(), ClassTag.apply(Object.class));
        });
    }

    /** In local mode tasks wait for the next weights, and may as well help to make them. */
    @Override
    public Workers workers() {
        return spark.isLocal() && job != null ? job.workers() : Workers.POOL;
    }

    private void awaitSlots(Patience patience) {
        try {
            int needed = shape.taskCount();
            int found = TaskSlots.await(spark, needed, patience);
            if (found < needed) {
                throw LockstepException.configuration(String.format(
                        Locale.ROOT,
                        "--engine resident: expected cores for %d tasks at once, found %d; go on with --resume when there are"
                                + " more, or with --partitions %d, or with --engine aggregate",
                        needed,
                        found,
                        Math.max(1, found)));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for cores", interrupted);
        }
    }

    private void endJob() {
        if (job != null) {
            job.close();
            job = null;
        }
    }

    @Override
    public Map<Split, LossSum> evaluate(float[] parameters) {
        endJob(); // its tasks leave no core for others
        return evaluation.evaluate(parameters);
    }

    @Override
    public void close() {
        try (evaluation) {
            endJob();
        }
    }

    /** What one resident task does. */
    private static final class ResidentTask extends AbstractFunction1<Iterator<Shard>, Iterator<Object>>
            implements Serializable {
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
                ResidentLink.serve(sessionId, shape, () -> work(trainingShards(partition)), BarrierTaskContext.get());
            } catch (InterruptedException killed) {
                Thread.currentThread().interrupt();
                throw new TaskKilledException("interrupted");
            }
            return scala.collection.Iterator$.MODULE$.empty();
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

        private StepWork work(List<Shard> shards) {
            Buffers buffers = new Buffers();
            return weights -> {
                Stopwatch compute = Stopwatch.start();
                buffers.reclaim();
                GradientTree tree = new GradientTree(shape.shardCount(), buffers);
                for (Shard shard : shards) {
                    computation.value().addGradient(tree, shard, weights.parameters(), epoch, weights.step());
                }
                return new Gradients(tree, TaskSeconds.of(compute.seconds()));
            };
        }
    }

    /** Runs a partition to its end. */
    private static final class Drain extends AbstractFunction1<Iterator<Object>, Object> implements Serializable {
        private static final long serialVersionUID = 1;

        @Override
        public Object apply(Iterator<Object> results) {
            return results.size();
        }
    }
}
