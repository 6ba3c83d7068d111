package io.lockstep.bench;

import io.lockstep.data.EpochPlan;
import io.lockstep.data.Shard;
import io.lockstep.distributed.ShardComputation;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.nn.Network;
import io.lockstep.nn.Regularization;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** How long the loss over all rows of MNIST takes, as two tasks compute it, without Spark. */
final class EvaluationTime {
    private static final int THREADS = 2;
    private static final int WARM_UP_ROUNDS = 20;
    private static final int ROUNDS = 5;

    private EvaluationTime() {}

    static Table table(Shards shards) throws InterruptedException, ExecutionException {
        Network network = Network.of(List.of(784, 256, 10));
        ShardComputation computation = new ShardComputation(
                network, Shards.DECODER, new EpochPlan(1, 1), Regularization.NONE, Arithmetic.EXACT);
        float[] parameters = network.initialParameters(1);
        List<Callable<Double>> tasks = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            int number = thread;
            List<Shard> own = shards.allOfMnist().stream()
                    .filter(shard -> shard.index() * THREADS / Shards.COUNT == number)
                    .toList();
            tasks.add(() -> millisOfThread(computation, own, parameters));
        }
        double[] elapsed = new double[ROUNDS];
        double[] slowest = new double[ROUNDS];
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
                long start = System.nanoTime();
                double millis = slowest(threads.invokeAll(tasks));
                if (round >= 0) {
                    elapsed[round] = (System.nanoTime() - start) / 1e6;
                    slowest[round] = millis;
                }
            }
        } finally {
            threads.shutdown();
        }
        Table table = new Table(
                "Loss over the 70,000 rows of MNIST, 784-256-10, two threads, ms",
                "elapsed",
                "of the slower thread, without waiting for a core");
        table.add(InTurns.median(elapsed), InTurns.median(slowest));
        return table;
    }

    private static double millisOfThread(ShardComputation computation, List<Shard> shards, float[] parameters) {
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        for (Shard shard : shards) {
            computation.loss(shard, parameters);
        }
        return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e6;
    }

    private static double slowest(List<Future<Double>> tasks) throws InterruptedException, ExecutionException {
        double slowest = 0;
        for (Future<Double> task : tasks) {
            slowest = Math.max(slowest, task.get());
        }
        return slowest;
    }
}
