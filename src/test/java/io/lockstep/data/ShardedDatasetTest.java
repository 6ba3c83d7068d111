package io.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lockstep.linalg.Blas;
import io.lockstep.linalg.SparseMatrix;
import io.lockstep.metrics.Split;
import io.lockstep.nn.Batch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardedDatasetTest {
    private static final IdxData DATA = IdxData.clusters(2000, 12, 4, 1);
    private static JavaSparkContext spark;

    @TempDir
    private Path directory;

    @BeforeAll
    static void startSpark() {
        spark = new JavaSparkContext(new SparkConf().setMaster("local[2]").setAppName("test"));
    }

    @AfterAll
    static void stopSpark() {
        spark.stop();
    }

    @Test
    void shardsAndFingerprintDependOnContentAlone() throws IOException {
        DataSource whole = open(DATA.write(directory, "whole").toString());
        IdxData other = DATA.shuffled(3);
        other.part(0, 700).writeGzip(directory, "part-a");
        other.part(700, 2000).write(directory, "part-b");
        DataSource parts = open(directory + "/part-*-images-*");
        assertThat(parts.rowCount()).isEqualTo(2000);
        try (ShardedDataset first = load(whole, new Sharding(9, 1));
                ShardedDataset second = load(parts, new Sharding(9, 4))) {
            assertThat(second.fingerprint()).isEqualTo(first.fingerprint());
            assertThat(summaries(second)).isEqualTo(summaries(first));
            assertThat(second.shards().getNumPartitions()).isEqualTo(4);
            assertThat(first.classLabels()).containsExactly(0, 1, 2, 3);
        }
    }

    @Test
    void theSplitHoldsOutAboutTheFractionAndNeverSeparatesDuplicates() throws IOException {
        DataSource source = open(DATA.write(directory, "all").toString());
        try (ShardedDataset dataset = load(source, new Sharding(8, 3))) {
            assertThat(dataset.rowCount(Split.TRAIN) + dataset.rowCount(Split.VALIDATION))
                    .isEqualTo(2000);
            // 0.2 · 2000 = 400 with standard deviation 18
            assertThat((double) dataset.rowCount(Split.VALIDATION)).isCloseTo(400, within(90.0));
            assertThat(contents(dataset, Split.TRAIN)).doesNotContainAnyElementsOf(contents(dataset, Split.VALIDATION));
        }
    }

    @Test
    void emptyShardsAreThereToo() throws IOException {
        DataSource source = open(DATA.part(0, 5).write(directory, "few").toString());
        try (ShardedDataset dataset = load(source, new Sharding(16, 5))) {
            assertThat(summaries(dataset)).hasSize(3 * 16);
            assertThat(dataset.rowCount(Split.TEST)).isZero();
        }
    }

    @Test
    void eachShardLeavesOutZerosIfItHasEnough() throws IOException {
        IdxData data = IdxData.clusters(3000, 30, 5, 1);
        assertThat(leavingOutZeros(data)).containsOnly(false);
        assertThat(leavingOutZeros(data.darkened(IdxData.QUARTER_LEFT))).contains(false, true);
        assertThat(leavingOutZeros(data.darkened(IdxData.FIFTH_LEFT))).containsOnly(true);
    }

    private List<Boolean> leavingOutZeros(IdxData data) throws IOException {
        DataSource source = open(data.write(directory, "darkened").toString());
        try (ShardedDataset dataset = load(source, new Sharding(10, 2))) {
            RowDecoder decoder = new RowDecoder(1, dataset.classLabels());
            return dataset.shards()
                    .filter(shard -> shard.split() == Split.TRAIN)
                    .map(shard -> {
                        Batch batch = new Batch(30);
                        shard.gatherRange(0, shard.rowCount(), decoder, batch);
                        return batch.inputs() instanceof SparseMatrix;
                    })
                    .collect();
        }
    }

    @Test
    void theDefaultShardCountFollowsDataAndBatchSize() throws IOException {
        DataSource source = open(DATA.write(directory, "sized").toString());
        assertThat(Sharding.defaultShardCount(sources(source), 1)).isEqualTo(1);
        assertThat(Sharding.defaultShardCount(sources(source), 31)).isEqualTo(1);
        assertThat(Sharding.defaultShardCount(sources(source), 32)).isEqualTo(2);
        assertThat(Sharding.defaultShardCount(sources(source), 256)).isEqualTo(4);
        assertThat(Sharding.defaultShardCount(sources(source), 1024)).isEqualTo(16);
        assertThat(Sharding.defaultShardCount(sources(source), Integer.MAX_VALUE))
                .as("a batch of all rows")
                .isEqualTo(31);
    }

    private static DataSource open(String uri) {
        return DataFormat.IDX.open(uri, new Configuration());
    }

    private static Sources sources(DataSource source) {
        return new Sources(source, Optional.empty(), Optional.empty(), 0.2);
    }

    private static ShardedDataset load(DataSource source, Sharding sharding) {
        return ShardedDataset.load(spark, sources(source), sharding, Blas.Choice.JAVA);
    }

    private static List<String> summaries(ShardedDataset dataset) {
        return dataset.shards().map(shard -> shard.summary(Blas.Choice.JAVA).toString()).collect().stream()
                .sorted()
                .toList();
    }

    private static List<String> contents(ShardedDataset dataset, Split split) {
        RowDecoder decoder = new RowDecoder(1, dataset.classLabels());
        return dataset.shards()
                .filter(shard -> shard.split() == split)
                .flatMap(shard -> {
                    Batch batch = new Batch(12);
                    shard.gatherRange(0, shard.rowCount(), decoder, batch);
                    return IntStream.range(0, batch.rows())
                            .mapToObj(row ->
                                    Arrays.toString(Arrays.copyOfRange(batch.features(), 12 * row, 12 * row + 12))
                                            + batch.labels()[row])
                            .iterator();
                })
                .collect();
    }
}
