package io.lockstep.bench;

import io.lockstep.RandomStream;
import io.lockstep.data.EpochPlan;
import io.lockstep.data.Shard;
import io.lockstep.distributed.GradientTree;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.linalg.OpenBlasProducts;
import io.lockstep.linalg.Products;
import io.lockstep.nn.Network;
import io.lockstep.nn.Regularization;
import io.lockstep.nn.Workspace;
import io.lockstep.nn.Workspaces;
import java.util.List;

/**
 * What a task does in a step: for each of its shards, gather the slice, compute its gradient, add it to the tree. With
 * exact products, and with those of OpenBLAS instead; all else is the same.
 */
final class SliceGradients {
    private static final Regularization SMOOTHED = new Regularization(0.1, 0);

    private SliceGradients() {}

    static Table table(Shards shards) {
        Table table = new Table(
                "Gradient of a slice, from gathering its rows to adding it to the tree; one thread, µs",
                "network",
                "input",
                "rows",
                "exact",
                "OpenBLAS",
                "exact / OpenBLAS");
        Network canonical = Network.of(List.of(784, 256, 10));
        add(table, canonical, "dense", shards.dense());
        add(table, canonical, "zeros left out", shards.mnist());
        add(table, Network.of(List.of(1024, 1024, 1024, 10)), "dense", shards.wide());
        return table;
    }

    private static void add(Table table, Network network, String input, List<Shard> shards) {
        for (int rows : new int[] {16, 64, 256}) {
            Task exact = new Task(network, Arithmetic.EXACT.products(), shards, rows);
            Task openBlas = new Task(network, new OpenBlasProducts(), shards, rows);
            InTurns turns = InTurns.warmUp(exact, openBlas).measure();
            table.add(
                    network,
                    input,
                    rows,
                    turns.micros(0) / shards.size(),
                    turns.micros(1) / shards.size(),
                    turns.ratio(0, 1));
        }
    }

    /** The next step each time it runs. */
    private static final class Task implements Runnable {
        private final Network network;
        private final Workspace workspace;
        private final List<Shard> shards;
        private final EpochPlan plan;
        private final float[] parameters;
        private final GradientTree tree;
        private long steps;

        Task(Network network, Products products, List<Shard> shards, int rows) {
            this.network = network;
            this.workspace = Workspaces.of(network, products);
            this.shards = shards;
            this.plan = new EpochPlan(1, shards.get(0).rowCount() / rows);
            this.parameters = network.initialParameters(1);
            this.tree = new GradientTree(Shards.COUNT, network.parameterCount());
        }

        @Override
        public void run() {
            long step = steps++ % plan.stepsPerEpoch();
            tree.startOver();
            for (Shard shard : shards) {
                shard.gatherSlice(plan, 0, step, Shards.DECODER, workspace.batch());
                RandomStream random = RandomStream.of(1, RandomStream.Purpose.DROPOUT, step, shard.index());
                tree.leaf(
                        shard.index(),
                        gradient -> network.gradientInto(gradient, parameters, workspace, SMOOTHED, random));
            }
        }
    }
}
