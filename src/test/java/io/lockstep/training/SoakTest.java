package io.lockstep.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockId;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing grows with the number of steps. */
@Tag("long")
class SoakTest {
    private static final int EARLY = 2_000;
    private static final int LATE = 20_000;
    private static final double GROWTH = 1.1;

    @TempDir
    private Path directory;

    @Test
    void twentyThousandStepsLeaveNoMoreBehindThanTwoThousand() throws Exception {
        SparkConf conf = new SparkConf()
                .setMaster("local[2]")
                .setAppName("test")
                // as in conf/spark-defaults.conf
                .set("spark.ui.retainedJobs", "100")
                .set("spark.ui.retainedStages", "100")
                .set("spark.ui.retainedTasks", "1000");
        Map<Integer, Footprint> footprints = new LinkedHashMap<>();
        try (JavaSparkContext spark = new JavaSparkContext(conf)) {
            TrainingFixture fixture = new TrainingFixture(spark, directory);
            int epochs = LATE * TrainingFixture.EPOCHS / TrainingFixture.STEPS + 1;
            TrainingConfig config = TrainingFixture.withRun(
                    fixture.config(false),
                    c -> new RunConfig(
                            epochs,
                            c.batchSize(),
                            c.seed(),
                            c.shards(),
                            c.execution(),
                            c.keep(),
                            RunConfig.Monitor.ACCURACY,
                            c.earlyStoppingPatience(),
                            new CheckpointConfig(0, 2, false),
                            c.output()));
            int[] steps = {0};
            fixture.train(fixture.run("soak"), config, () -> {
                steps[0]++;
                if (steps[0] == EARLY || steps[0] == LATE) {
                    footprints.put(steps[0], Footprint.settled());
                }
                return false;
            });
        }
        footprints.forEach((step, footprint) -> System.out.println("after step " + step + ": " + footprint));
        assertThat(footprints).containsOnlyKeys(EARLY, LATE);
        Footprint early = footprints.get(EARLY);
        Footprint late = footprints.get(LATE);
        assertThat(late.heapBytes()).isLessThanOrEqualTo((long) (early.heapBytes() * GROWTH));
        assertThat(late.broadcastBlocks()).isLessThanOrEqualTo((long) (early.broadcastBlocks() * GROWTH));
        assertThat(late.openFiles()).isLessThanOrEqualTo((long) (early.openFiles() * GROWTH));
    }

    /** What the process holds on to, once garbage is gone and Spark's cleaner has caught up with it. */
    private record Footprint(long heapBytes, long broadcastBlocks, long openFiles) {
        static Footprint settled() {
            await().until(() -> {
                long before = measure().broadcastBlocks();
                return measure().broadcastBlocks() == before;
            });
            return measure();
        }

        private static Footprint measure() {
            System.gc();
            long blocks = SparkEnv.get()
                    .blockManager()
                    .getMatchingBlockIds(BlockId::isBroadcast)
                    .size();
            try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
                return new Footprint(
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), blocks, files.count());
            } catch (java.io.IOException failure) {
                throw new java.io.UncheckedIOException(failure);
            }
        }
    }
}
