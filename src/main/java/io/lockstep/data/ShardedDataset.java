package io.lockstep.data;

import io.lockstep.LockstepException;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.linalg.Machine;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;

/** The shards of all splits, cached on the executors; it owns the cache and gives it back when closed. */
public final class ShardedDataset implements AutoCloseable {
    private final JavaRDD<Shard> shards;
    private final Sharding sharding;
    private final int featureCount;
    private final SplitLabels labels;
    private final List<Integer> classLabels;
    private final int[] trainingRows;
    private final Map<Split, Long> rowCounts;
    private final Map<Split, Fingerprint> fingerprints;
    private final List<Machine> machines;

    private ShardedDataset(JavaRDD<Shard> shards, Sharding sharding, Sources sources, List<ShardSummary> summaries) {
        this.shards = shards;
        this.sharding = sharding;
        this.featureCount = sources.train().format().featureCount();
        this.labels = new SplitLabels(summaries, sources);
        this.classLabels = labels.classes();
        this.trainingRows = trainingRows(summaries, sharding);
        this.rowCounts = rowCounts(summaries);
        this.fingerprints = fingerprints(summaries);
        this.machines = summaries.stream().map(ShardSummary::machine).distinct().toList();
    }

    /**
     * Reads the sources, shards and caches them, and checks that they can be trained on.
     *
     * @param arithmetic of the training, for the report of what the executors compute with
     * @throws LockstepException of kind {@code DATA}, as such or, when a task found the fault, as the cause of Spark's own
     */
    public static ShardedDataset load(
            JavaSparkContext spark, Sources sources, Sharding sharding, Arithmetic arithmetic) {
        JavaRDD<Shard> shards =
                sharding.shards(spark, sources).setName("lockstep shards").persist(StorageLevel.MEMORY_AND_DISK());
        boolean loaded = false;
        try {
            List<ShardSummary> summaries =
                    shards.map(shard -> shard.summary(arithmetic)).collect();
            ShardedDataset dataset = new ShardedDataset(shards, sharding, sources, summaries);
            loaded = true;
            return dataset;
        } finally {
            if (!loaded) {
                shards.unpersist();
            }
        }
    }

    public JavaRDD<Shard> shards() {
        return shards;
    }

    public Sharding sharding() {
        return sharding;
    }

    public int featureCount() {
        return featureCount;
    }

    /** The label of each class, ascending: every label of the training rows. */
    public List<Integer> classLabels() {
        return classLabels;
    }

    /** Zero where there is no such split. */
    public long rowCount(Split split) {
        return rowCounts.getOrDefault(split, 0L);
    }

    /** The number of training rows of each shard. */
    public int[] trainingRows() {
        return trainingRows.clone();
    }

    /**
     * Checks that there are validation rows if a part of the training rows was to go to validation.
     *
     * @param purpose what they are for, as an option
     * @param otherwise an option that does without them
     * @throws LockstepException of kind {@code DATA}
     */
    public void requireValidationRows(String purpose, String otherwise) {
        labels.requireValidationRows(purpose, otherwise);
    }

    /** Of the training and validation rows together and, after a dash, of the test rows if there are any. */
    public String fingerprint() {
        String seen =
                fingerprint(Split.TRAIN).plus(fingerprint(Split.VALIDATION)).toString();
        return rowCount(Split.TEST) == 0 ? seen : seen + "-" + fingerprint(Split.TEST);
    }

    public Fingerprint fingerprint(Split split) {
        return fingerprints.get(split);
    }

    /** The machines that hold shards, without repetition. */
    public List<Machine> machines() {
        return machines;
    }

    @Override
    public void close() {
        // Waits, so that Spark is not still removing blocks when it is stopped, which can hold it up for two minutes.
        shards.unpersist(true);
    }

    private static Map<Split, Long> rowCounts(List<ShardSummary> summaries) {
        Map<Split, Long> counts = new EnumMap<>(Split.class);
        summaries.forEach(summary -> counts.merge(summary.split(), (long) summary.rowCount(), Long::sum));
        return counts;
    }

    private static int[] trainingRows(List<ShardSummary> summaries, Sharding sharding) {
        int[] rows = new int[sharding.shardCount()];
        summaries.stream()
                .filter(summary -> summary.split() == Split.TRAIN)
                .forEach(summary -> rows[summary.index()] = summary.rowCount());
        return rows;
    }

    private static Map<Split, Fingerprint> fingerprints(List<ShardSummary> summaries) {
        Map<Split, Fingerprint> fingerprints = new EnumMap<>(Split.class);
        summaries.forEach(summary -> fingerprints.merge(summary.split(), summary.fingerprint(), Fingerprint::plus));
        return fingerprints;
    }
}
