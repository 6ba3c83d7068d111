package io.lockstep.bench;

import io.lockstep.data.EpochPlan;
import io.lockstep.data.IdxData;
import io.lockstep.data.IdxSource;
import io.lockstep.data.ShardedDataset;
import io.lockstep.data.Sharding;
import io.lockstep.data.Sources;
import io.lockstep.distributed.FailFast;
import io.lockstep.distributed.ShardComputation;
import io.lockstep.distributed.ShardJobs;
import io.lockstep.distributed.StepEngine;
import io.lockstep.distributed.aggregate.AggregateEngine;
import io.lockstep.distributed.resident.ResidentEngine;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.nn.Network;
import io.lockstep.nn.Regularization;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.RDDInfo;

/**
 * What a step costs beyond its arithmetic: the real step, the same job with slices of no rows, a bare
 * {@code treeAggregate} of as many bytes as the gradient has, and an empty job, in turns in one JVM.
 */
final class StepOverhead {
    private static final int BATCH = 256;
    private static final int ROWS = 4096;
    private static final int CORES = 2;

    private StepOverhead() {}

    private record Model(Network network, int shards, int rounds) {}

    static List<Table> run() throws IOException {
        Table table = new Table(
                "Step overhead, local[2], batch 256, ms a step (medians) and MB allocated a step",
                "parameters",
                "partitions",
                "step",
                "without arithmetic",
                "bare treeAggregate",
                "empty job",
                "resident step",
                "products alone",
                "step MB",
                "bare MB");
        SparkConf conf = new SparkConf()
                .setMaster("local[" + CORES + "]")
                .setAppName("step overhead")
                .set("spark.ui.enabled", "false");
        Path directory = Files.createTempDirectory("lockstep-bench");
        try (JavaSparkContext spark = new JavaSparkContext(conf)) {
            Table cached = cached(spark);
            for (List<Integer> sizes : List.of(
                    List.of(28, 26, 10),
                    List.of(100, 90, 10),
                    List.of(784, 126, 10),
                    List.of(784, 256, 10),
                    List.of(784, 1257, 10),
                    List.of(784, 12579, 10))) {
                Network network = Network.of(sizes);
                int rounds = network.parameterCount() > 5_000_000 ? 15 : network.parameterCount() > 500_000 ? 60 : 300;
                boolean canonical = network.parameterCount() == 203_530;
                for (int partitions : canonical ? new int[] {1, 2, 4, 8} : new int[] {2}) {
                    measure(spark, directory, new Model(network, Math.max(4, partitions), rounds), partitions, table);
                }
            }
            return List.of(table, cached);
        }
    }

    private static void measure(JavaSparkContext spark, Path directory, Model model, int partitions, Table table)
            throws IOException {
        int features = model.network().featureCount();
        String name = "rows-" + features;
        String images =
                IdxData.clusters(ROWS, features, 10, 1).write(directory, name).toString();
        Sources sources = new Sources(
                IdxSource.open(images, new Configuration()),
                Optional.empty(),
                Optional.empty(),
                0,
                1 / 256f,
                Optional.empty());
        EpochPlan plan = new EpochPlan(1, (ROWS + BATCH - 1) / BATCH);
        EpochPlan noRows = new EpochPlan(1, Integer.MAX_VALUE);
        float[] parameters = model.network().initialParameters(1);
        int bytes = parameters.length * Float.BYTES;
        JavaRDD<Integer> numbers = spark.parallelize(
                        IntStream.range(0, partitions).boxed().toList(), partitions)
                .cache();
        try (ShardedDataset dataset =
                        sources.load(spark, size -> new Sharding(model.shards(), partitions), Arithmetic.EXACT);
                ShardJobs rows = new ShardJobs(
                        spark,
                        dataset,
                        new ShardComputation(
                                model.network(), Shards.DECODER, plan, Regularization.NONE, Arithmetic.EXACT));
                ShardJobs none = new ShardJobs(
                        spark,
                        dataset,
                        new ShardComputation(
                                model.network(), Shards.DECODER, noRows, Regularization.NONE, Arithmetic.EXACT));
                StepEngine step = new AggregateEngine(rows);
                StepEngine withoutRows = new AggregateEngine(none)) {
            Map<String, Runnable> jobs = new LinkedHashMap<>();
            long[] counter = {0};
            jobs.put("step", () -> step.compute(parameters, 0, counter[0]++ % plan.stepsPerEpoch()));
            jobs.put("without arithmetic", () -> withoutRows.compute(parameters, 0, 0));
            jobs.put(
                    "bare",
                    () -> numbers.treeAggregate(
                            new byte[0],
                            (sum, number) -> new byte[bytes],
                            (left, right) -> left.length == 0 ? right : left,
                            1));
            jobs.put("empty", () -> numbers.foreachPartition(partition -> {}));
            Map<String, double[]> millis = new LinkedHashMap<>();
            Map<String, double[]> megabytes = new LinkedHashMap<>();
            jobs.keySet().forEach(job -> {
                millis.put(job, new double[model.rounds()]);
                megabytes.put(job, new double[model.rounds()]);
            });
            for (int round = -model.rounds() / 2; round < model.rounds(); round++) {
                for (Map.Entry<String, Runnable> job : jobs.entrySet()) {
                    long allocated = allocatedBytes();
                    long start = System.nanoTime();
                    job.getValue().run();
                    if (round >= 0) {
                        millis.get(job.getKey())[round] = (System.nanoTime() - start) / 1e6;
                        megabytes.get(job.getKey())[round] = (allocatedBytes() - allocated) / 1e6;
                    }
                }
            }
            table.add(
                    parameters.length,
                    partitions,
                    InTurns.median(millis.get("step")),
                    InTurns.median(millis.get("without arithmetic")),
                    InTurns.median(millis.get("bare")),
                    InTurns.median(millis.get("empty")),
                    residentMillis(rows, model, parameters),
                    DenseProducts.millis(model.network(), BATCH / model.shards())
                            * Math.ceil((double) model.shards() / Math.min(CORES, partitions)),
                    InTurns.median(megabytes.get("step")),
                    InTurns.median(megabytes.get("bare")));
        } finally {
            numbers.unpersist(true);
        }
    }

    /** By itself, because resident tasks leave no core for other jobs; more tasks than cores cannot stay. */
    private static Object residentMillis(ShardJobs jobs, Model model, float[] parameters) {
        if (jobs.dataset().sharding().partitionCount() > CORES) {
            return "no";
        }
        EpochPlan plan = jobs.computation().value().plan();
        List<Double> millis = new ArrayList<>();
        try (FailFast tasks = FailFast.watch(jobs.spark());
                StepEngine resident = new ResidentEngine(jobs, tasks)) {
            for (int round = 0; round < 2 * model.rounds(); round++) {
                long start = System.nanoTime();
                resident.compute(parameters, (int) (round / plan.stepsPerEpoch()), round % plan.stepsPerEpoch());
                millis.add((System.nanoTime() - start) / 1e6);
            }
        }
        return InTurns.median(millis.stream()
                .skip(model.rounds())
                .mapToDouble(Double::doubleValue)
                .toArray());
    }

    /** What the storage of executors holds of MNIST, all of it in memory. */
    private static Table cached(JavaSparkContext spark) {
        try (ShardedDataset dataset =
                Shards.sourcesOfMnist().load(spark, size -> new Sharding(Shards.COUNT, CORES), Arithmetic.EXACT)) {
            RDDInfo info = Arrays.stream(spark.sc().getRDDStorageInfo())
                    .filter(rdd -> rdd.id() == dataset.shards().id())
                    .findFirst()
                    .orElseThrow();
            Table table = new Table("MNIST in the cache, 70,000 rows", "MB in memory", "MB on disk");
            table.add(info.memSize() / 1e6, info.diskSize() / 1e6);
            return table;
        }
    }

    private static long allocatedBytes() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
    }
}
