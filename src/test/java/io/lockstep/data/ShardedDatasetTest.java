package io.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lockstep.LockstepException;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.linalg.SparseMatrix;
import io.lockstep.nn.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
            assertThat(first.classes()).isEqualTo(labels(0, 1, 2, 3));
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
            RowDecoder decoder = dataset.decoder();
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
        assertThat(Sharding.defaultShardCount(source.size(), 1)).isEqualTo(1);
        assertThat(Sharding.defaultShardCount(source.size(), 31)).isEqualTo(1);
        assertThat(Sharding.defaultShardCount(source.size(), 32)).isEqualTo(2);
        assertThat(Sharding.defaultShardCount(source.size(), 256)).isEqualTo(4);
        assertThat(Sharding.defaultShardCount(source.size(), 1024)).isEqualTo(16);
        assertThat(Sharding.defaultShardCount(source.size(), Integer.MAX_VALUE))
                .as("a batch of all rows")
                .isEqualTo(31);
    }

    @Test
    void classesAreThoseOfTheTrainingRows() throws IOException {
        IdxData three = withLabels(60, row -> row % 3);
        IdxData others = withLabels(50, row -> row % 5 == 0 ? 7 : row % 5 == 1 ? 3 : row % 3);
        assertThatThrownBy(() -> load(three, Optional.of(others), Optional.empty(), 0))
                .isInstanceOf(LockstepException.class)
                .hasMessageEndingWith(
                        "validation-images-idx3-ubyte: expected validation rows with the labels of the training rows"
                                + " [0, 1, 2], found [3, 7] too, in 20 of 50 rows");
        assertThatThrownBy(() -> load(three, Optional.empty(), Optional.of(others), 0))
                .isInstanceOf(LockstepException.class)
                .hasMessageEndingWith(
                        "test-images-idx3-ubyte: expected test rows with the labels of the training rows [0, 1, 2],"
                                + " found [3, 7] too, in 20 of 50 rows");
        Optional<IdxData> fewer = Optional.of(withLabels(9, row -> row % 2));
        try (ShardedDataset dataset = load(others, fewer, fewer, 0)) {
            assertThat(dataset.classes()).isEqualTo(labels(0, 1, 2, 3, 7));
        }
    }

    /** With any fraction, of one distinct row all copies fall to the same side. */
    @Test
    void aClassThatTheSplitTookFromTrainingIsRefusedWithAFractionThatWorks() throws IOException {
        IdxData data = IdxData.clusters(40, 6, 2, 1);
        for (int i = 0; i < 25; i++) {
            data.rows().add(new byte[] {1, 2, 3, 4, 5, 6});
            data.labels().add(9);
        }
        String message = assertThatThrownBy(() -> load(data, Optional.empty(), Optional.empty(), 0.999))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("0.999 leaves none of label [")
                .hasMessageContaining("9], of which there are ")
                .actual()
                .getMessage();
        double workable = Double.parseDouble(message.replaceFirst(".*; use (0\\.[0-9]+) or 0, .*", "$1"));
        try (ShardedDataset dataset = load(data, Optional.empty(), Optional.empty(), workable)) {
            assertThat(dataset.classes()).isEqualTo(labels(0, 1, 9));
            assertThat(dataset.rowCount(Split.VALIDATION)).isPositive();
        }
    }

    @Test
    void anEmptyValidationSplitIsRefusedWithAFractionThatWorks() throws IOException {
        IdxData data = withLabels(500, row -> row % 3);
        String message;
        try (ShardedDataset dataset = load(data, Optional.empty(), Optional.empty(), 0.0005)) {
            message = assertThatThrownBy(() -> dataset.requireValidationRows("--keep best", "--keep last"))
                    .isInstanceOf(LockstepException.class)
                    .hasMessageMatching("--validation-fraction: expected validation rows for --keep best, found that"
                            + " 0\\.0005 of 500 rows is none; use --validation-fraction 0\\.[0-9]+, or --keep last")
                    .actual()
                    .getMessage();
        }
        double workable = Double.parseDouble(message.replaceFirst(".*fraction (0\\.[0-9]+), or.*", "$1"));
        assertThat(workable).isLessThan(0.05);
        try (ShardedDataset dataset = load(data, Optional.empty(), Optional.empty(), workable)) {
            dataset.requireValidationRows("--keep best", "--keep last");
            assertThat(dataset.rowCount(Split.VALIDATION)).isPositive();
        }
        try (ShardedDataset dataset = load(data, Optional.empty(), Optional.empty(), 0)) {
            dataset.requireValidationRows("--keep best", "--keep last");
        }
    }

    private static IdxData withLabels(int count, IntUnaryOperator label) {
        return new IdxData(
                IdxData.clusters(count, 6, 3, count).rows(),
                IntStream.range(0, count).map(label).boxed().toList());
    }

    private ShardedDataset load(
            IdxData train, Optional<IdxData> validation, Optional<IdxData> test, double validationFraction)
            throws IOException {
        Sources sources = new Sources(
                open(train.write(directory, "train").toString()),
                written(validation, "validation"),
                written(test, "test"),
                validationFraction,
                1,
                Optional.empty());
        return sources.load(spark, size -> new Sharding(3, 2), Arithmetic.EXACT);
    }

    private Optional<DataSource> written(Optional<IdxData> data, String name) throws IOException {
        return data.isEmpty()
                ? Optional.empty()
                : Optional.of(open(data.get().write(directory, name).toString()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 11})
    void labelsAreFoundWhateverTheNumberOfDimensionsInTheNameOfTheImages(int dimensions) throws IOException {
        IdxData data = IdxData.clusters(20, 6, 3, 1);
        Path images = directory.resolve("t-images-idx" + dimensions + "-ubyte");
        Files.write(images, data.imageBytes());
        Files.write(directory.resolve("t-labels-idx1-ubyte"), data.labelBytes());
        assertThat(open(images.toString()).rowCount()).isEqualTo(20);
    }

    private static DataSource open(String uri) {
        return IdxSource.open(uri, new Configuration());
    }

    private static Sources sources(DataSource source) {
        return new Sources(source, Optional.empty(), Optional.empty(), 0.2, 1, Optional.empty());
    }

    private static List<Label> labels(long... numbers) {
        return LongStream.of(numbers).mapToObj(Label::of).toList();
    }

    private static ShardedDataset load(DataSource source, Sharding sharding) {
        return sources(source).load(spark, size -> sharding, Arithmetic.EXACT);
    }

    private static List<String> summaries(ShardedDataset dataset) {
        return dataset.shards().map(shard -> shard.summary(Arithmetic.EXACT).toString()).collect().stream()
                .sorted()
                .toList();
    }

    private static List<String> contents(ShardedDataset dataset, Split split) {
        RowDecoder decoder = dataset.decoder();
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
