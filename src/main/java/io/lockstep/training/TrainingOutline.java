package io.lockstep.training;

import io.lockstep.data.Label;
import io.lockstep.data.ShardedDataset;
import io.lockstep.data.Split;
import io.lockstep.data.prepare.Preparation;
import io.lockstep.nn.Network;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What is going to be trained, on what, before it begins.
 *
 * @param constant columns of which all training rows have the same value, so that nothing can be learned from them
 * @param rows of each class, by split
 * @param shards of each split
 * @param partitions tasks a step
 * @param dataBytes what the shards take
 * @param memoryBytes what all executors together have for them
 * @param executors that hold them
 */
public record TrainingOutline(
        Preparation preparation,
        List<String> constant,
        List<Label> classes,
        Map<Split, Map<Label, Long>> rows,
        Network network,
        int shards,
        int partitions,
        long stepsPerEpoch,
        long dataBytes,
        long memoryBytes,
        int executors) {
    static TrainingOutline of(JavaSparkContext spark, ShardedDataset dataset, Network network, long stepsPerEpoch) {
        Map<Split, Map<Label, Long>> rows = new EnumMap<>(Split.class);
        for (Split split : Split.values()) {
            rows.put(split, dataset.rowCounts(split));
        }
        long dataBytes = Arrays.stream(spark.sc().getRDDStorageInfo())
                .filter(stored -> stored.id() == dataset.shards().id())
                .mapToLong(stored -> stored.memSize() + stored.diskSize())
                .sum();
        return new TrainingOutline(
                dataset.preparation(),
                dataset.constantColumns(),
                dataset.classes(),
                rows,
                network,
                dataset.sharding().shardCount(),
                dataset.sharding().partitionCount(),
                stepsPerEpoch,
                dataBytes,
                StartupChecks.storageMemory(spark),
                StartupChecks.executorCount(spark));
    }
}
