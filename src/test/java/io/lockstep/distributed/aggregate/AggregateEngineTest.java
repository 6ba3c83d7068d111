package io.lockstep.distributed.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.lockstep.data.EpochPlan;
import io.lockstep.data.IdxData;
import io.lockstep.data.IdxSource;
import io.lockstep.data.RowDecoder;
import io.lockstep.data.ShardedDataset;
import io.lockstep.data.Sharding;
import io.lockstep.data.Sources;
import io.lockstep.data.Split;
import io.lockstep.distributed.ShardComputation;
import io.lockstep.distributed.ShardJobs;
import io.lockstep.distributed.StepEngine;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.nn.Batch;
import io.lockstep.nn.GradientSum;
import io.lockstep.nn.LossSum;
import io.lockstep.nn.Network;
import io.lockstep.nn.Regularization;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BroadcastBlockId;
import org.apache.spark.storage.ShuffleDataBlockId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

class AggregateEngineTest {
    private static final int SHARDS = 11;
    private static final IdxData DATA = IdxData.clusters(500, 6, 3, 1);
    private static final Network NETWORK = Network.of(List.of(6, 5, 3));
    private static final RowDecoder DECODER = new RowDecoder(1 / 256f, List.of(0, 1, 2));
    private static final ShardComputation COMPUTATION =
            new ShardComputation(NETWORK, DECODER, new EpochPlan(1, 4), Regularization.NONE, Arithmetic.EXACT);

    @TempDir
    private static Path directory;

    private static JavaSparkContext spark;
    private static Sources sources;

    @BeforeAll
    static void start() throws Exception {
        spark = new JavaSparkContext(new SparkConf().setMaster("local[3]").setAppName("test"));
        String images = DATA.write(directory, "train").toString();
        sources = new Sources(
                IdxSource.open(images, new Configuration()),
                Optional.empty(),
                Optional.empty(),
                0,
                1 / 256f,
                Optional.empty());
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    @Test
    void partitionsDoNotChangeABit() {
        float[] parameters = NETWORK.initialParameters(1);
        GradientSum expected = compute(1, parameters, 2);
        assertThat(expected.loss().exampleCount()).isBetween(110L, 140L);
        for (int partitions : new int[] {2, 3, 5, SHARDS}) {
            GradientSum sum = compute(partitions, parameters, 2);
            assertThat(sum.gradient()).isEqualTo(expected.gradient());
            assertThat(sum.loss()).isEqualTo(expected.loss());
        }
    }

    @Test
    void groupsDoNotChangeABit() {
        float[] parameters = NETWORK.initialParameters(1);
        GradientSum expected = compute(1, parameters, 2);
        for (int partitions : new int[] {1, 3, 5, SHARDS}) {
            for (int level = 0; level <= 4; level++) {
                try (ShardedDataset dataset = load(partitions);
                        ShardJobs jobs = new ShardJobs(spark, dataset, COMPUTATION);
                        AggregateEngine engine =
                                new AggregateEngine(jobs, Optional.of(Groups.ofLevel(level, SHARDS)))) {
                    StepEngine.Step step = engine.compute(parameters, 0, 2);
                    assertThat(step.sum().gradient()).isEqualTo(expected.gradient());
                    assertThat(step.sum().loss()).isEqualTo(expected.loss());
                }
            }
        }
    }

    @Test
    void groupsLeaveNothingOfAStepBehind() {
        try (ShardedDataset dataset = load(5);
                ShardJobs jobs = new ShardJobs(spark, dataset, COMPUTATION);
                AggregateEngine engine = new AggregateEngine(jobs, Optional.of(Groups.ofLevel(2, SHARDS)))) {
            Set<Integer> before = shuffles();
            engine.compute(NETWORK.initialParameters(1), 0, 0);
            await().until(() -> before.containsAll(shuffles())); // those of earlier tests may go meanwhile
            assertThat(before).as("the shuffle that dealt the rows into shards").isNotEmpty();
        }
    }

    private static Set<Integer> shuffles() {
        return CollectionConverters.asJava(
                        SparkEnv.get().blockManager().diskBlockManager().getAllBlocks())
                .stream()
                .filter(ShuffleDataBlockId.class::isInstance)
                .map(block -> ((ShuffleDataBlockId) block).shuffleId())
                .collect(Collectors.toSet());
    }

    @Test
    void theStepsOfAnEpochTogetherAreTheGradientOfAllRows() {
        float[] parameters = NETWORK.initialParameters(2);
        float[] sum = new float[NETWORK.parameterCount()];
        long rows = 0;
        for (long step = 0; step < COMPUTATION.plan().stepsPerEpoch(); step++) {
            GradientSum slice = compute(3, parameters, step);
            rows += slice.loss().exampleCount();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += slice.gradient()[i];
            }
        }
        GradientSum whole = NETWORK.lossAndGradient(parameters, wholeBatch(), Arithmetic.EXACT);
        assertThat(rows).isEqualTo(500);
        for (int i = 0; i < sum.length; i++) {
            // 500 float32 additions of numbers of order 1
            assertThat(sum[i]).isCloseTo(whole.gradient()[i], within(1e-2f));
        }
        try (ShardedDataset dataset = load(3);
                ShardJobs jobs = new ShardJobs(spark, dataset, COMPUTATION);
                AggregateEngine engine = new AggregateEngine(jobs)) {
            Map<Split, LossSum> losses = engine.losses(parameters);
            assertThat(losses).containsOnlyKeys(Split.TRAIN);
            assertThat(losses.get(Split.TRAIN).lossSum()).isCloseTo(whole.loss().lossSum(), within(1e-3));
        }
    }

    @Test
    void neitherStepsNorTheDatasetLeaveAnythingBehind() {
        try (ShardedDataset dataset = load(2);
                ShardJobs jobs = new ShardJobs(spark, dataset, COMPUTATION);
                AggregateEngine engine = new AggregateEngine(jobs)) {
            long last = spark.broadcast(0).id();
            engine.compute(NETWORK.initialParameters(1), 0, 0); // first the weights are broadcast, then the task's code
            assertThat(blocksOfBroadcast(last + 2)).isPositive(); // at once: Spark may clean it up after a collection
            await().until(() -> blocksOfBroadcast(last + 1) == 0);
            assertThat(spark.getPersistentRDDs()).hasSize(1);
        }
        assertThat(spark.getPersistentRDDs()).isEmpty();
    }

    private static int blocksOfBroadcast(long id) {
        return SparkEnv.get()
                .blockManager()
                .getMatchingBlockIds(
                        block -> block instanceof BroadcastBlockId broadcast && broadcast.broadcastId() == id)
                .size();
    }

    private static GradientSum compute(int partitions, float[] parameters, long step) {
        try (ShardedDataset dataset = load(partitions);
                ShardJobs jobs = new ShardJobs(spark, dataset, COMPUTATION);
                AggregateEngine engine = new AggregateEngine(jobs)) {
            return engine.compute(parameters, 0, step).sum();
        }
    }

    private static ShardedDataset load(int partitions) {
        return sources.load(spark, size -> new Sharding(SHARDS, partitions), Arithmetic.EXACT);
    }

    private static Batch wholeBatch() {
        Batch batch = new Batch(6);
        batch.resize(500);
        for (int row = 0; row < 500; row++) {
            batch.labels()[row] = DATA.labels().get(row);
            for (int i = 0; i < 6; i++) {
                batch.features()[row * 6 + i] = (DATA.rows().get(row)[i] & 0xff) / 256f;
            }
        }
        return batch;
    }
}
