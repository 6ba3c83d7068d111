package io.lockstep.distributed.resident;

import io.lockstep.LockstepException;
import io.lockstep.Stopwatch;
import io.lockstep.data.Sharding;
import io.lockstep.data.Split;
import io.lockstep.distributed.FailFast;
import io.lockstep.distributed.GradientTree;
import io.lockstep.distributed.Gradients;
import io.lockstep.distributed.Losses;
import io.lockstep.distributed.Partial;
import io.lockstep.distributed.ShardComputation;
import io.lockstep.distributed.ShardJobs;
import io.lockstep.distributed.StepEngine;
import io.lockstep.distributed.TaskSeconds;
import io.lockstep.metrics.StepTimes;
import io.lockstep.nn.LossSum;
import java.io.Serializable;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
import scala.runtime.AbstractFunction1;

/**
 * One Spark job for a whole training, whose tasks stay: they hold their shards, take the weights of a step, hand over
 * their gradients in a {@link GradientTree}, and wait for the weights of the next; at the end of an epoch they
 * evaluate. It is a barrier stage, so that all tasks run at once and, when one is lost, end together. Another job then
 * continues: the work under way starts over with the weights that it has.
 */
public final class ResidentEngine implements StepEngine {
    private static final Logger LOG = LoggerFactory.getLogger(ResidentEngine.class);

    /** Spark's own number of attempts of a task. After this number of failed jobs, another would fail too. */
    private static final int JOBS_WITHOUT_RESULT = 4;

    /**
     * After as many, weights and gradients travel through the driver: some networks let nobody connect to executors.
     */
    private static final int JOBS_WITHOUT_EXCHANGE = 2;

    /** As long as a cluster may take to replace an executor. */
    private static final Duration LONGEST_WAIT_FOR_CORES = Duration.ofMinutes(5);

    private final ShardJobs jobs;
    private final MessageShape shape;
    private final FailFast tasks;
    private final Duration longestWait;
    private ResidentJob job;

    /** @param tasks knows the failures that no other attempt can fix */
    public ResidentEngine(ShardJobs jobs, FailFast tasks) {
        this(jobs, tasks, LONGEST_WAIT_FOR_CORES, false);
    }

    /**
     * @param tasks knows the failures that no other attempt can fix
     * @param amongExecutors whether weights and gradients travel among executors
     */
    public ResidentEngine(ShardJobs jobs, FailFast tasks, boolean amongExecutors) {
        this(jobs, tasks, LONGEST_WAIT_FOR_CORES, amongExecutors);
    }

    /** @param longestWait how long not all tasks may run at once, before the run ends with advice */
    ResidentEngine(ShardJobs jobs, FailFast tasks, Duration longestWait) {
        this(jobs, tasks, longestWait, false);
    }

    private ResidentEngine(ShardJobs jobs, FailFast tasks, Duration longestWait, boolean amongExecutors) {
        ShardComputation computation = jobs.computation().value();
        Sharding sharding = jobs.dataset().sharding();
        this.jobs = jobs;
        this.shape = new MessageShape(
                        sharding.shardCount(), computation.network().parameterCount(), sharding.partitionCount())
                .amongExecutors(amongExecutors);
        this.tasks = tasks;
        this.longestWait = longestWait;
    }

    @Override
    public Step compute(float[] parameters, int epoch, long step) {
        Stopwatch whole = Stopwatch.start();
        Gradients sum = (Gradients) compute(new Work.Step(epoch, step), parameters);
        TaskSeconds seconds = sum.seconds();
        StepTimes times = new StepTimes(0, whole.seconds() - seconds.slowest(), seconds.mean(), seconds.slowest(), 0);
        return new Step(sum.tree().total(), times, job.idle());
    }

    @Override
    public Map<Split, LossSum> losses(float[] parameters) {
        return ((Losses) compute(new Work.Evaluation(), parameters)).bySplit();
    }

    private Partial compute(Work.Goal goal, float[] parameters) {
        Throwable failure = null;
        for (int attempt = 0;
                attempt < JOBS_WITHOUT_RESULT && tasks.firstCause().isEmpty();
                attempt++) {
            if (attempt > 0) {
                LOG.warn("{} starts over: {}", goal, firstLine(failure));
            }
            if (job == null) {
                start(shape.amongExecutors(shape.amongExecutors() && attempt < JOBS_WITHOUT_EXCHANGE));
            }
            Optional<Partial> results = job.compute(goal, parameters);
            if (results.isPresent()) {
                return results.get();
            }
            failure = job.failure();
            endJob();
            if (failure instanceof LockstepException forUser) {
                throw forUser;
            }
        }
        failure = tasks.firstCause().orElse(failure);
        throw new IllegalStateException("no job could do " + goal + ": " + failure.getMessage(), failure);
    }

    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    private void start(MessageShape way) {
        Patience patience = new Patience(longestWait);
        awaitSlots(patience);
        ResidentSession session = ResidentSession.open(way);
        ResidentTask task = new ResidentTask(session.id(), way, jobs.computation());
        SparkContext spark = jobs.spark().sc();
        job = ResidentJob.start(jobs.spark(), session, patience, () -> {
            var resident =
                    jobs.dataset().shards().rdd().barrier().mapPartitions(task, false, ClassTag.apply(Object.class));
            spark.runJob(resident, new Drain(), ClassTag.apply(Object.class));
        });
    }

    private void awaitSlots(Patience patience) {
        try {
            int needed = shape.taskCount();
            int found = patience.awaitSlots(jobs.spark(), needed);
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
    public void close() {
        endJob();
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
