package io.lockstep.distributed;

import io.lockstep.RandomStream;
import io.lockstep.data.EpochPlan;
import io.lockstep.data.RowDecoder;
import io.lockstep.data.Shard;
import io.lockstep.data.Split;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.nn.LossSum;
import io.lockstep.nn.Network;
import io.lockstep.nn.Regularization;
import io.lockstep.nn.Workspace;
import java.io.Serializable;
import java.util.Iterator;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Computes the gradient of a shard's slice of a step, and the loss over all of a shard, the same wherever the shard
 * lies and whatever engine asks.
 */
public record ShardComputation(
        Network network, RowDecoder decoder, EpochPlan plan, Regularization regularization, Arithmetic arithmetic)
        implements Serializable {
    private static final int EVALUATED_AT_ONCE = 256;

    /**
     * Adds the gradient of a training shard's slice to a tree, in place; other shards have none.
     *
     * @param epoch counted from 0
     * @param step within the epoch, counted from 0
     */
    public void addGradient(GradientTree tree, Shard shard, float[] parameters, int epoch, long step) {
        if (shard.split() != Split.TRAIN) {
            return;
        }
        Workspace workspace = workspace();
        shard.gatherSlice(plan, epoch, step, decoder, workspace.batch());
        RandomStream random = RandomStream.of(
                plan.seed(), RandomStream.Purpose.DROPOUT, epoch * plan.stepsPerEpoch() + step, shard.index());
        tree.leaf(
                shard.index(),
                gradient -> network.gradientInto(gradient, parameters, workspace, regularization, random));
    }

    /**
     * The losses over all shards of a task.
     *
     * @param shardCount of each split, on all tasks together
     */
    public Losses losses(Iterator<Shard> shards, int shardCount, float[] parameters) {
        SortedMap<Integer, LossSum> byPlace = new TreeMap<>();
        shards.forEachRemaining(
                shard -> byPlace.put(Losses.place(shard.split(), shard.index(), shardCount), loss(shard, parameters)));
        return new Losses(shardCount, byPlace, 1);
    }

    /** Sums the loss over a shard, some rows at a time. */
    public LossSum loss(Shard shard, float[] parameters) {
        Workspace workspace = workspace();
        LossSum sums = LossSum.ZERO;
        for (int from = 0; from < shard.rowCount(); from += EVALUATED_AT_ONCE) {
            int to = Math.min(shard.rowCount(), from + EVALUATED_AT_ONCE);
            shard.gatherRange(from, to, decoder, workspace.batch());
            sums = sums.plus(network.loss(parameters, workspace));
        }
        return sums;
    }

    private Workspace workspace() {
        return Workspace.ofThread(network.layers(), arithmetic);
    }
}
