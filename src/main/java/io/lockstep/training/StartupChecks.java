package io.lockstep.training;

import io.lockstep.LockstepException;
import io.lockstep.data.ShardedDataset;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.linalg.Machine;
import io.lockstep.training.checkpoint.CheckpointShape;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockManagerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;

/** Says before any training, in one line each, what would go wrong later. */
final class StartupChecks {
    private static final Logger LOG = LoggerFactory.getLogger(StartupChecks.class);
    private static final long MAX_CHECKPOINT_BYTES = Integer.MAX_VALUE - (2L << 20); // with room for the header

    private StartupChecks() {}

    /** Whether the shards will all fit into the executors' memory; warns if they will not. */
    static boolean fitsInMemory(JavaSparkContext spark, long dataBytes) {
        Optional<String> warning = memoryWarning(dataBytes, storageMemory(spark));
        warning.ifPresent(LOG::warn);
        return warning.isEmpty();
    }

    /** The bytes that all executors together have for shards. */
    static long storageMemory(JavaSparkContext spark) {
        return storages(spark).mapToLong(store -> (Long) store.getValue()._1()).sum();
    }

    static int executorCount(JavaSparkContext spark) {
        return (int) storages(spark).count();
    }

    /** Those of executors; in local mode the driver is one. */
    private static Stream<Map.Entry<String, Tuple2<Object, Object>>> storages(JavaSparkContext spark) {
        BlockManagerId driver = SparkEnv.get().blockManager().blockManagerId();
        return CollectionConverters.asJava(spark.sc().getExecutorMemoryStatus()).entrySet().stream()
                .filter(store -> spark.isLocal() || !store.getKey().equals(driver.hostPort()));
    }

    static Optional<String> memoryWarning(long dataBytes, long availableBytes) {
        return dataBytes <= availableBytes
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "the data take %d MB, the executors have %d MB for them: what does not fit is read from disk in"
                                + " every step; more or larger executors would help",
                        dataBytes >> 20,
                        availableBytes >> 20));
    }

    /**
     * Refuses a network whose checkpoints would not fit into one array: parameters, optimiser state, and those kept.
     *
     * @throws LockstepException of kind {@code CONFIGURATION}
     */
    static void checkpointSize(CheckpointShape shape) {
        long bytes = shape.arrayBytes();
        if (bytes > MAX_CHECKPOINT_BYTES) {
            throw LockstepException.configuration(String.format(
                    Locale.ROOT,
                    "--hidden: expected a network whose checkpoints take at most %d MB, found %d MB for %d parameters",
                    MAX_CHECKPOINT_BYTES >> 20,
                    bytes >> 20,
                    shape.parameterCount()));
        }
    }

    /**
     * Refuses to go on without the validation rows that the run was to be judged by.
     *
     * @throws LockstepException of kind {@code DATA}
     */
    static void validation(ShardedDataset dataset, RunConfig run) {
        if (run.earlyStoppingPatience() > 0) {
            dataset.requireValidationRows(
                    "--early-stopping-patience " + run.earlyStoppingPatience(), "--keep last without it");
        } else if (run.keep() == RunConfig.Keep.BEST) {
            dataset.requireValidationRows("--keep best", "--keep last");
        }
    }

    /** Warns if JVMs that take part could round differently. */
    static void arithmetic(List<Machine> executors, Arithmetic arithmetic) {
        Set<Machine> all = new LinkedHashSet<>(executors);
        all.add(Machine.ofThisJvm(arithmetic));
        arithmeticWarning(all, arithmetic).ifPresent(LOG::warn);
    }

    static Optional<String> arithmeticWarning(Set<Machine> all, Arithmetic arithmetic) {
        return arithmetic == Arithmetic.EXACT || all.size() <= 1
                ? Optional.empty()
                : Optional.of("--arithmetic breeze: driver and executors differ, so the bits may depend on where a"
                        + " shard lies: "
                        + all.stream()
                                .map(one -> one.blas() + ", " + one.java() + ", " + one.processor())
                                .collect(Collectors.joining("; ")));
    }
}
