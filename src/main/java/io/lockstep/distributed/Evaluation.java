package io.lockstep.distributed;

import io.lockstep.data.Shard;
import io.lockstep.data.Split;
import io.lockstep.distributed.ShardComputation.ShardLoss;
import io.lockstep.nn.LossSum;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import scala.collection.Iterator;

/** The loss over all rows of each split: one broadcast and one job, whatever engine trains. */
public final class Evaluation {
    private final ShardJobs jobs;

    public Evaluation(ShardJobs jobs) {
        this.jobs = jobs;
    }

    /** The loss sums of every split that has rows, added in the order of shards. */
    public Map<Split, LossSum> losses(float[] parameters) {
        Map<Split, LossSum> sums = new EnumMap<>(Split.class);
        jobs.run(parameters, Evaluation::partitionLosses, ShardLoss[].class).byPartition().stream()
                .flatMap(Arrays::stream)
                .filter(loss -> loss.sums().exampleCount() > 0)
                .sorted(Comparator.comparing(ShardLoss::split).thenComparing(ShardLoss::shard))
                .forEach(loss -> sums.merge(loss.split(), loss.sums(), LossSum::plus));
        return sums;
    }

    private static ShardLoss[] partitionLosses(
            ShardComputation computation, float[] parameters, Iterator<Shard> shards) {
        List<ShardLoss> losses = new ArrayList<>();
        while (shards.hasNext()) {
            losses.add(computation.loss(shards.next(), parameters));
        }
        return losses.toArray(ShardLoss[]::new);
    }
}
