package io.lockstep.distributed.aggregate;

import io.lockstep.Stopwatch;
import io.lockstep.data.Split;
import io.lockstep.distributed.GradientTree;
import io.lockstep.distributed.Gradients;
import io.lockstep.distributed.Losses;
import io.lockstep.distributed.ShardJobs;
import io.lockstep.distributed.StepEngine;
import io.lockstep.distributed.TaskSeconds;
import io.lockstep.linalg.Workers;
import io.lockstep.metrics.StepTimes;
import io.lockstep.nn.LossSum;
import java.util.Map;
import java.util.Optional;
import scala.jdk.javaapi.CollectionConverters;

/**
 * One Spark job a step: each partition adds its slices' gradients in a {@link GradientTree}, the driver adds the trees,
 * or those of {@link Groups} of them. Another job is an evaluation.
 */
public final class AggregateEngine implements StepEngine {
    private final ShardJobs jobs;
    private final Optional<Groups> groups;
    private final int shardCount;

    public AggregateEngine(ShardJobs jobs) {
        this(jobs, Optional.empty());
    }

    /** @param groups that add the gradients of partitions, or empty where the driver does */
    AggregateEngine(ShardJobs jobs, Optional<Groups> groups) {
        this.jobs = jobs;
        this.groups = groups;
        this.shardCount = jobs.dataset().sharding().shardCount();
    }

    @Override
    public Step compute(float[] parameters, int epoch, long step) {
        ShardJobs.Work<Gradients> work = gradients(shardCount, epoch, step);
        ShardJobs.Results<Gradients> job = groups.map(grouping -> jobs.run(parameters, work, grouping))
                .orElseGet(() -> jobs.run(parameters, work, Gradients.class));
        Stopwatch aggregation = Stopwatch.start();
        Gradients sum = Gradients.none(shardCount, parameters.length);
        for (Gradients part : job.results()) {
            sum = sum.plus(part, Workers.POOL);
        }
        TaskSeconds seconds = sum.seconds();
        StepTimes times = new StepTimes(
                job.broadcastSeconds(),
                job.jobSeconds() - seconds.slowest(),
                seconds.mean(),
                seconds.slowest(),
                aggregation.seconds());
        return new Step(sum.tree().total(), times, Workers.POOL);
    }

    @Override
    public Map<Split, LossSum> losses(float[] parameters) {
        Losses all = Losses.none(shardCount);
        for (Losses partition :
                jobs.run(parameters, losses(shardCount), Losses.class).results()) {
            all = all.plus(partition, Workers.NONE);
        }
        return all.bySplit();
    }

    /** Neither leaves anything behind. */
    @Override
    public void close() {}

    /** The work on one partition: adds the gradients of its shards' slices. */
    private static ShardJobs.Work<Gradients> gradients(int shardCount, int epoch, long step) {
        return (computation, parameters, shards) -> {
            Stopwatch compute = Stopwatch.start();
            GradientTree tree = new GradientTree(shardCount, parameters.length);
            while (shards.hasNext()) {
                computation.addGradient(tree, shards.next(), parameters, epoch, step);
            }
            return new Gradients(tree, TaskSeconds.of(compute.seconds()));
        };
    }

    private static ShardJobs.Work<Losses> losses(int shardCount) {
        return (computation, parameters, shards) ->
                computation.losses(CollectionConverters.asJava(shards), shardCount, parameters);
    }
}
