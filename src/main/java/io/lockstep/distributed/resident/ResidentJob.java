package io.lockstep.distributed.resident;

import io.lockstep.LockstepException;
import io.lockstep.distributed.Partial;
import io.lockstep.linalg.Workers;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.JavaSparkStatusTracker;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BlockManagerId;
import scala.jdk.javaapi.CollectionConverters;

/** The Spark job of resident tasks, on a thread of its own, and the session that they talk to. */
final class ResidentJob implements AutoCloseable {
    /** How long tasks that are told to end may take before they are cancelled. */
    private static final long END_MILLIS = 1000;

    /** How often the wait for tasks looks whether it lasts too long. */
    private static final long CHECK_MILLIS = 100;

    private final JavaSparkContext spark;
    private final ResidentSession session;
    private final Patience patience;
    private final Thread thread;

    /** Not the session's id, which is not for everyone who may look at Spark's jobs. */
    private final String group = "lockstep-resident-" + UUID.randomUUID();

    private ResidentJob(JavaSparkContext spark, ResidentSession session, Patience patience, Runnable job) {
        this.spark = spark;
        this.session = session;
        this.patience = patience;
        this.thread = new Thread(
                () -> {
                    try {
                        spark.setJobGroup(group, "resident tasks", false);
                        job.run();
                        session.fail(new IllegalStateException("the tasks have ended before the training"));
                    } catch (Throwable failure) { // Spark's Scala methods throw undeclared checked exceptions
                        session.fail(failure);
                    }
                },
                "lockstep-resident-job");
        thread.setDaemon(true);
    }

    /**
     * Starts a job.
     *
     * @param patience until all tasks run; the job fails when it is over
     * @param work runs the job to its end
     */
    static ResidentJob start(JavaSparkContext spark, ResidentSession session, Patience patience, Runnable work) {
        ResidentJob job = new ResidentJob(spark, session, patience, work);
        job.thread.start();
        return job;
    }

    /** The results of all shards; empty if the job has failed. */
    Optional<Partial> compute(Work.Goal goal, float[] parameters) {
        session.publish(goal, parameters);
        try {
            awaitTasks();
            session.sendWeights(ResidentJob::peers, peers -> new BlockPost(peers, session::fail));
            return session.awaitSum();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for resident tasks", interrupted);
        }
    }

    /** Where executors hear, as their block managers have told the driver's; empty if one is lost. */
    private static Optional<Peers> peers(List<String> executors) {
        BlockManager own = SparkEnv.get().blockManager();
        Map<String, Peers.Address> byExecutor = new HashMap<>();
        CollectionConverters.asJava(own.master().getPeers(own.blockManagerId()))
                .forEach(peer -> byExecutor.put(peer.executorId(), address(peer)));
        return byExecutor.keySet().containsAll(executors)
                ? Optional.of(new Peers(
                        address(own.blockManagerId()),
                        executors.stream().map(byExecutor::get).toList()))
                : Optional.empty();
    }

    private static Peers.Address address(BlockManagerId id) {
        return new Peers.Address(id.executorId(), id.host(), id.port());
    }

    /** In local mode, tasks that wait for the next work help to make it. */
    Workers idle() {
        return spark.isLocal() ? session::share : Workers.POOL;
    }

    /** Until all tasks have started, or the job has failed, be it because they have not for too long. */
    private void awaitTasks() throws InterruptedException {
        while (!session.awaitTasks(CHECK_MILLIS)) {
            if (isReadingShards()) {
                patience.restart();
            } else if (patience.isOver("cores for " + session.shape().taskCount() + " tasks at once, "
                    + session.startedCount() + " have started")) {
                session.fail(LockstepException.configuration(String.format(
                        Locale.ROOT,
                        "--engine resident: expected %d tasks to start at once, found %d started after %d s, because other"
                                + " jobs hold cores or executors are lost; go on with --resume when there are more, or"
                                + " with fewer --partitions, or with --engine aggregate",
                        session.shape().taskCount(),
                        session.startedCount(),
                        patience.limit().toSeconds())));
            }
        }
    }

    /**
     * Whether Spark is at work on what the tasks will read: at a stage before theirs, which has the highest number. It
     * may say so some seconds late.
     */
    boolean isReadingShards() {
        JavaSparkStatusTracker tracker = spark.statusTracker();
        return Arrays.stream(tracker.getJobIdsForGroup(group))
                .mapToObj(tracker::getJobInfo)
                .filter(Objects::nonNull)
                .flatMapToInt(job -> Arrays.stream(job.stageIds()).sorted().limit(job.stageIds().length - 1L))
                .mapToObj(tracker::getStageInfo)
                .anyMatch(stage -> stage != null && stage.numActiveTasks() > 0);
    }

    Throwable failure() {
        return session.failure().orElseThrow();
    }

    /** Lets the tasks end, and waits until they have; those that do not are cancelled. */
    @Override
    public void close() {
        session.close();
        try {
            thread.join(END_MILLIS);
            if (thread.isAlive()) {
                cancel();
                thread.join();
            }
        } catch (InterruptedException interrupted) {
            cancel();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while tasks end", interrupted);
        }
    }

    /** Also if Spark has put it off, because it found too few cores. */
    private void cancel() {
        spark.sc().cancelJobGroupAndFutureJobs(group);
    }
}
