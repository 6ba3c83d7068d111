package io.lockstep.bench;

import io.lockstep.data.IdxData;
import io.lockstep.data.IdxSource;
import io.lockstep.data.RowDecoder;
import io.lockstep.data.Shard;
import io.lockstep.data.ShardedDataset;
import io.lockstep.data.Sharding;
import io.lockstep.data.Sources;
import io.lockstep.data.Split;
import io.lockstep.linalg.Arithmetic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Shards as training has them.
 *
 * @param dense training shards of one of two tasks, of 784 features, few of them 0
 * @param mnist the same of MNIST, which leave out zeros
 * @param wide the same of 1024 features, few of them 0
 * @param allOfMnist the shards of all splits
 */
record Shards(List<Shard> dense, List<Shard> mnist, List<Shard> wide, List<Shard> allOfMnist) {
    static final int COUNT = 8;
    static final RowDecoder DECODER =
            new RowDecoder(1 / 256f, IntStream.range(0, 10).boxed().toList());

    private static final double VALIDATION_FRACTION = 0.05;
    private static final int ROWS = COUNT * 1024;

    /** Loads them by Spark, which has stopped afterwards. */
    static Shards load() throws IOException {
        SparkConf conf =
                new SparkConf().setMaster("local[2]").setAppName("shards").set("spark.ui.enabled", "false");
        Path directory = Files.createDirectories(Path.of("target/bench"));
        try (JavaSparkContext spark = new JavaSparkContext(conf)) {
            List<Shard> allOfMnist = all(spark, sourcesOfMnist());
            return new Shards(
                    ofATask(all(spark, clusters(directory, 784))),
                    ofATask(allOfMnist),
                    ofATask(all(spark, clusters(directory, 1024))),
                    allOfMnist);
        }
    }

    static Sources sourcesOfMnist() {
        Configuration hadoop = new Configuration();
        return new Sources(
                IdxSource.open("data/mnist/train-images-idx3-ubyte.gz", hadoop),
                Optional.empty(),
                Optional.of(IdxSource.open("data/mnist/t10k-images-idx3-ubyte.gz", hadoop)),
                VALIDATION_FRACTION,
                1 / 256f,
                Optional.empty());
    }

    private static Sources clusters(Path directory, int features) throws IOException {
        Path images = IdxData.clusters(ROWS, features, 10, 1).write(directory, "dense-" + features);
        return new Sources(
                IdxSource.open(images.toString(), new Configuration()),
                Optional.empty(),
                Optional.empty(),
                0,
                1 / 256f,
                Optional.empty());
    }

    private static List<Shard> all(JavaSparkContext spark, Sources sources) {
        try (ShardedDataset dataset = sources.load(spark, size -> new Sharding(COUNT, 2), Arithmetic.EXACT)) {
            return List.copyOf(dataset.shards().collect());
        }
    }

    private static List<Shard> ofATask(List<Shard> all) {
        return all.stream()
                .filter(shard -> shard.split() == Split.TRAIN && shard.index() < COUNT / 2)
                .toList();
    }
}
