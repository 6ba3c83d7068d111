package io.lockstep.distributed.resident;

import io.lockstep.data.ShardedDataset;
import io.lockstep.distributed.EngineFactory;
import io.lockstep.distributed.ExchangeChoice;
import io.lockstep.distributed.FailFast;
import io.lockstep.distributed.ShardJobs;
import io.lockstep.distributed.StepEngine;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.package$;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.StorageStatus;
import org.apache.spark.util.VersionUtils;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The engine whose tasks stay for the whole training. It needs executors that stay, a core for every task at the same
 * time, and should have memory for all shards, because a task holds its shards until the end.
 */
public final class Resident implements EngineFactory {
    private static final String PLUGINS = "spark.plugins";
    private static final String OPTION = "--engine resident";
    private static final String SHUFFLE_MANAGER = "spark.shuffle.manager";

    @Override
    public String name() {
        return "resident";
    }

    /** Names the plugin, unless the configuration rules the engine out already. */
    @Override
    public void configure(SparkConf conf) {
        if (allocatesDynamically(conf) || !executorsFindPlugins(conf, package$.MODULE$.SPARK_VERSION())) {
            return;
        }
        if (!namesPlugin(conf)) {
            String others = conf.get(PLUGINS, "");
            conf.set(PLUGINS, others.isBlank() ? plugin() : others + "," + plugin());
        }
        if (!isLocal(conf) && !conf.getBoolean("spark.shuffle.service.enabled", false)) {
            conf.setIfMissing(SHUFFLE_MANAGER, ExchangeShuffleManager.class.getName());
        }
        // If an executor is lost just before tasks start, Spark would look again after 15 seconds only.
        conf.setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s");
    }

    @Override
    public Optional<Obstacle> obstacle(
            JavaSparkContext spark, ShardedDataset dataset, int parameterCount, Duration patience)
            throws InterruptedException {
        if (allocatesDynamically(spark.getConf())) {
            return Optional.of(new Obstacle(
                    OPTION,
                    "executors that stay",
                    "spark.dynamicAllocation.enabled=true",
                    "turn it off, or use --engine aggregate"));
        }
        if (!spark.isLocal() && !namesPlugin(spark.getConf())) {
            return Optional.of(new Obstacle(
                    OPTION,
                    plugin() + " among " + PLUGINS,
                    "a context of Spark " + spark.version() + " without it",
                    "name it, with the jar on the class path of executors, or use Spark 4.1 or --engine aggregate"));
        }
        int tasks = dataset.sharding().partitionCount();
        int slots = new Patience(patience).awaitSlots(spark, tasks);
        if (slots < tasks) {
            return Optional.of(new Obstacle(
                    OPTION,
                    "cores for all tasks at once",
                    slots + " cores for " + tasks + " partitions",
                    "use --partitions " + Math.max(1, slots) + ", more cores, or --engine aggregate"));
        }
        return Optional.empty();
    }

    @Override
    public Optional<Obstacle> drawback(JavaSparkContext spark, ShardedDataset dataset) {
        int tasks = dataset.sharding().partitionCount();
        int inMemory = partitionsInMemory(dataset.shards().id());
        return inMemory == tasks
                ? Optional.empty()
                : Optional.of(new Obstacle(
                        OPTION,
                        "memory for all shards",
                        inMemory + " of " + tasks + " partitions in memory",
                        "use more or larger executors, or --engine aggregate"));
    }

    /** Asks the executors' block managers: Spark's pages and listeners hear of blocks some time later. */
    private static int partitionsInMemory(int rdd) {
        Set<BlockId> inMemory = new HashSet<>();
        StorageStatus[] stores = SparkEnv.get().blockManager().master().getStorageStatus();
        Arrays.stream(stores)
                .forEach(store -> CollectionConverters.asJava(store.rddBlocks()).forEach((block, status) -> {
                    if (block.asRDDId().get().rddId() == rdd
                            && status.storageLevel().useMemory()) {
                        inMemory.add(block);
                    }
                }));
        return inMemory.size();
    }

    @Override
    public Optional<String> exchange(
            JavaSparkContext spark, ShardedDataset dataset, int parameterCount, ExchangeChoice choice) {
        return spark.isLocal()
                ? Optional.empty()
                : Optional.of(route(spark, dataset, parameterCount, choice).toString());
    }

    private static Route route(
            JavaSparkContext spark, ShardedDataset dataset, int parameterCount, ExchangeChoice choice) {
        int executors =
                spark.isLocal() ? 0 : spark.sc().getExecutorMemoryStatus().size() - 1; // without the driver
        int tasks = dataset.sharding().partitionCount();
        return Route.of(
                choice,
                Math.min(executors, tasks),
                parameterCount,
                spark.getConf().get(SHUFFLE_MANAGER, "sort").equals(ExchangeShuffleManager.class.getName()));
    }

    @Override
    public StepEngine create(ShardJobs jobs, FailFast tasks, ExchangeChoice exchange) {
        // Tasks that must all start at once would wait seconds for an executor that holds the shards of two of them.
        // Spark
        // reads it for each stage, so that it need not be set where another engine may run.
        jobs.spark().sc().conf().setIfMissing("spark.locality.wait", "0");
        int parameterCount = jobs.computation().value().network().parameterCount();
        return new ResidentEngine(
                jobs,
                tasks,
                route(jobs.spark(), jobs.dataset(), parameterCount, exchange).amongExecutors());
    }

    /** Before Spark 4.1 an executor loads plugins before it fetches the jar that they are in, and ends. */
    static boolean executorsFindPlugins(SparkConf conf, String sparkVersion) {
        boolean local = isLocal(conf);
        Tuple2<Object, Object> version = VersionUtils.majorMinorVersion(sparkVersion);
        return local || (int) version._1() > 4 || ((int) version._1() == 4 && (int) version._2() >= 1);
    }

    private static boolean isLocal(SparkConf conf) {
        return conf.get("spark.master", "").matches("local(\\[.*])?");
    }

    private static boolean namesPlugin(SparkConf conf) {
        return List.of(conf.get(PLUGINS, "").split(",")).contains(plugin());
    }

    private static boolean allocatesDynamically(SparkConf conf) {
        return conf.getBoolean("spark.dynamicAllocation.enabled", false);
    }

    private static String plugin() {
        return ResidentPlugin.class.getName();
    }
}
