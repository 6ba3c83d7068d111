package io.lockstep.distributed;

import io.lockstep.RandomStream;
import io.lockstep.data.EpochPlan;
import io.lockstep.data.RowDecoder;
import io.lockstep.data.Shard;
import io.lockstep.data.Split;
import io.lockstep.linalg.Blas;
import io.lockstep.nn.GradientSum;
import io.lockstep.nn.LossSum;
import io.lockstep.nn.Network;
import io.lockstep.nn.Regularization;
import io.lockstep.nn.Workspace;
import java.io.Serializable;

/**
 * What is computed of one shard, the same wherever it lies and whatever engine asks: the gradient of its slice of a step,
 * and the loss over all of it.
 */
public record ShardComputation(
        Network network, RowDecoder decoder, EpochPlan plan, Regularization regularization, Blas.Choice blas)
        implements Serializable {
    private static final int EVALUATED_AT_ONCE = 256;

    /** The loss over a shard. */
    record ShardLoss(Split split, int shard, LossSum sums) implements Serializable {}

    /**
     * Adds the gradient of a training shard's slice to a tree, in place; other shards have none.
     *
     * @param epoch counted from 0
     * @param step within the epoch, counted from 0
     */
    void addGradient(GradientTree tree, Shard shard, float[] parameters, int epoch, long step) {
        if (shard.split() != Split.TRAIN) {
            return;
        }
        Workspace workspace = workspace();
        shard.gatherSlice(plan, epoch, step, decoder, workspace.batch());
        float[] gradient = tree.buffer(network.parameterCount());
        RandomStream random = RandomStream.of(
                plan.seed(), RandomStream.Purpose.DROPOUT, epoch * plan.stepsPerEpoch() + step, shard.index());
        LossSum loss = network.gradientInto(gradient, parameters, workspace, regularization, random);
        tree.add(shard.index(), new GradientSum(gradient, loss));
    }

    /** Sums the loss over a shard, some rows at a time. */
    ShardLoss loss(Shard shard, float[] parameters) {
        Workspace workspace = workspace();
        LossSum sums = LossSum.ZERO;
        for (int from = 0; from < shard.rowCount(); from += EVALUATED_AT_ONCE) {
            int to = Math.min(shard.rowCount(), from + EVALUATED_AT_ONCE);
            shard.gatherRange(from, to, decoder, workspace.batch());
            sums = sums.plus(network.loss(parameters, workspace));
        }
        return new ShardLoss(shard.split(), shard.index(), sums);
    }

    private Workspace workspace() {
        return Workspace.ofThread(network, Blas.of(blas));
    }
}
