package io.lockstep.data;

import io.lockstep.LockstepException;
import io.lockstep.data.prepare.Preparation;
import io.lockstep.linalg.Machine;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;

/** The shards of all splits, cached on the executors; it owns the cache and gives it back when closed. */
public final class ShardedDataset implements AutoCloseable {
    private final JavaRDD<Shard> shards;
    private final Sharding sharding;
    private final Preparation preparation;
    private final List<String> constantColumns;
    private final RowDecoder decoder;
    private final SplitLabels labels;
    private final List<Label> classes;
    private final int[] trainingRows;
    private final Map<Split, Long> rowCounts;
    private final Map<Split, Fingerprint> fingerprints;
    private final List<Machine> machines;

    /**
     * @param constantColumns of which all training rows have the same value
     * @param labels of the same summaries
     * @param classes of the labels
     */
    ShardedDataset(
            JavaRDD<Shard> shards,
            Sharding sharding,
            Preparation preparation,
            List<String> constantColumns,
            RowDecoder decoder,
            SplitLabels labels,
            List<Label> classes,
            List<ShardSummary> summaries) {
        this.shards = shards;
        this.sharding = sharding;
        this.preparation = preparation;
        this.constantColumns = List.copyOf(constantColumns);
        this.decoder = decoder;
        this.labels = labels;
        this.classes = List.copyOf(classes);
        this.trainingRows = trainingRows(summaries, sharding);
        this.rowCounts = rowCounts(summaries);
        this.fingerprints = fingerprints(summaries);
        this.machines = summaries.stream().map(ShardSummary::machine).distinct().toList();
    }

    /** Caches shards, and gives the memory back if no dataset comes of it. */
    static ShardedDataset cached(JavaRDD<Shard> shards, Function<JavaRDD<Shard>, ShardedDataset> load) {
        JavaRDD<Shard> cached =
                NeighbourRdd.of(shards).setName("lockstep shards").persist(StorageLevel.MEMORY_AND_DISK());
        boolean loaded = false;
        try {
            ShardedDataset dataset = load.apply(cached);
            loaded = true;
            return dataset;
        } finally {
            if (!loaded) {
                cached.unpersist(true); // or its answers meet executors that stop, and Spark prints stack traces
            }
        }
    }

    public JavaRDD<Shard> shards() {
        return shards;
    }

    public Sharding sharding() {
        return sharding;
    }

    /** Inputs of the network. */
    public int featureCount() {
        return preparation.inputCount();
    }

    public Preparation preparation() {
        return preparation;
    }

    /** Columns of a table of which all training rows have the same value. */
    public List<String> constantColumns() {
        return constantColumns;
    }

    /** From the rows of the shards to a batch. */
    public RowDecoder decoder() {
        return decoder;
    }

    /** The label of each class, ascending: every label of the training rows. */
    public List<Label> classes() {
        return classes;
    }

    /** The number of rows of each class in a split. */
    public Map<Label, Long> rowCounts(Split split) {
        return labels.counts(split);
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
        summaries.forEach(
                summary -> counts.merge(summary.split(), (long) summary.tally().rowCount(), Long::sum));
        return counts;
    }

    private static int[] trainingRows(List<ShardSummary> summaries, Sharding sharding) {
        int[] rows = new int[sharding.shardCount()];
        summaries.stream()
                .filter(summary -> summary.split() == Split.TRAIN)
                .forEach(summary -> rows[summary.index()] = summary.tally().rowCount());
        return rows;
    }

    private static Map<Split, Fingerprint> fingerprints(List<ShardSummary> summaries) {
        Map<Split, Fingerprint> fingerprints = new EnumMap<>(Split.class);
        summaries.forEach(
                summary -> fingerprints.merge(summary.split(), summary.tally().fingerprint(), Fingerprint::plus));
        return fingerprints;
    }
}
