package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lockstep.data.IdxData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One data set, configuration and seed give one digest. */
class SameBitsTest {
    private static final IdxData TRAIN = IdxData.clusters(3000, 30, 5, 1);
    private static final IdxData TEST = IdxData.clusters(300, 30, 5, 2);
    private static final int SHARDS = 10; // 640 rows a batch, 64 a shard and step
    private static final AtomicInteger RUNS = new AtomicInteger();

    @TempDir
    private static Path directory;

    private static Path train;
    private static Path test;
    private static String expected;

    @BeforeAll
    static void trainOnce() throws IOException {
        train = TRAIN.write(directory, "train");
        test = TEST.write(directory, "test");
        expected = digest("local[2]", train);
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[1]", "local[2]", "local[4]"})
    void onAnyNumberOfCores(String master) throws IOException {
        assertThat(digest(master, train)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, SHARDS})
    void inAnyNumberOfPartitions(int partitions) {
        assertThat(digest("local[2]", train, "--partitions", partitions)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"local[1],1", "local[2],2", "local[4],3", "local[10],10"})
    void withTasksThatStay(String master, int partitions) {
        assertThat(digest(master, train, "--engine", "resident", "--partitions", partitions))
                .isEqualTo(expected);
    }

    /** Each kind of arithmetic keeps the promise for itself; between kinds, rounding differs. */
    @ParameterizedTest
    @ValueSource(strings = {"exact", "breeze"})
    void withAnyArithmetic(String arithmetic) throws IOException {
        assumeTrue(
                arithmetic.equals("exact") || Runtime.version().feature() == 17,
                "netlib's own BLAS repeats itself with Java 17 only");
        String onOne = digest("local[1]", train, "--arithmetic", arithmetic, "--partitions", 1);
        assertThat(digest("local[4]", train, "--arithmetic", arithmetic, "--partitions", 5))
                .isEqualTo(onOne);
        assertThat(digest("local[4]", train, "--arithmetic", arithmetic, "--engine", "resident"))
                .isEqualTo(onOne);
        Path shuffled = TRAIN.shuffled(6).write(directory, "for-" + arithmetic);
        assertThat(digest("local[2]", shuffled, "--arithmetic", arithmetic)).isEqualTo(onOne);
    }

    @ParameterizedTest
    @ValueSource(ints = {IdxData.QUARTER_LEFT, IdxData.FIFTH_LEFT})
    void whenSomeOrAllShardsLeaveOutZeros(int threshold) throws IOException {
        IdxData data = TRAIN.darkened(threshold);
        String name = "darkened-" + threshold;
        Object[] options = {"--hidden", 150};
        Path images = data.write(directory, name);
        String onOne = digest("local[1]", images, with(options, "--partitions", 1));
        assertThat(digest("local[4]", images, with(options, "--partitions", 5))).isEqualTo(onOne);
        assertThat(digest("local[3]", images, with(options, "--engine", "resident")))
                .isEqualTo(onOne);
        Path shuffled = data.shuffled(6).write(directory, "shuffled-" + name);
        assertThat(digest("local[2]", shuffled, options)).isEqualTo(onOne);
    }

    @Test
    void whateverSerializerTheClusterPrefers() {
        System.setProperty("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
        try {
            assertThat(digest("local[2]", train)).isEqualTo(expected);
        } finally {
            System.clearProperty("spark.serializer");
        }
    }

    @Test
    void forRowsInAnotherOrderSplitOverSeveralFiles() throws IOException {
        IdxData shuffled = TRAIN.shuffled(5);
        shuffled.part(0, 1).write(directory, "shuffled-a");
        shuffled.part(1, 1300).writeGzip(directory, "shuffled-b");
        shuffled.part(1300, 3000).write(directory, "shuffled-c");
        Path pattern = directory.resolve("shuffled-*-images-*");
        assertThat(digest("local[2]", pattern)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"--seed,2", "--learning-rate,0.11", "--l2,0.001", "--batch-size,600", "--momentum,0.8"})
    void butNotWithAnotherConfiguration(String option, String value) {
        assertThat(digest("local[2]", train, option, value)).isNotEqualTo(expected);
    }

    static Stream<Arguments> networks() {
        return Stream.of(
                Arguments.of("none", "sgd"),
                Arguments.of("16,8", "momentum"),
                Arguments.of("12", "nesterov"),
                Arguments.of("16", "adam"),
                Arguments.of("8,8", "adamw"),
                Arguments.of("12,8", "lamb"));
    }

    @ParameterizedTest
    @CsvSource({"--dropout,0.3", "--label-smoothing,0.1", "--clip-norm,0.5", "--schedule,step"})
    void withEveryAidToTraining(String option, String value) {
        String onOne = digest("local[1]", train, option, value, "--partitions", 1);
        assertThat(digest("local[3]", train, option, value, "--partitions", 7)).isEqualTo(onOne);
        assertThat(digest("local[3]", train, option, value, "--engine", "resident"))
                .isEqualTo(onOne);
        assertThat(onOne).isNotEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void forAnyNetworkAndOptimizer(String hidden, String optimizer) {
        Object[] options = {"--hidden", hidden, "--optimizer", optimizer};
        String onOne = digest("local[1]", train, options);
        assertThat(digest("local[3]", train, options)).isEqualTo(onOne);
        Object[] resident = {"--hidden", hidden, "--optimizer", optimizer, "--engine", "resident"};
        assertThat(digest("local[2]", train, resident)).isEqualTo(onOne);
    }

    private static Object[] with(Object[] options, Object... more) {
        return Stream.of(options, more).flatMap(Stream::of).toArray();
    }

    /** Ten shards, unless the options say otherwise. */
    private static String digest(String master, Path images, Object... options) {
        Map<Object, Object> all = new LinkedHashMap<>();
        all.put("--train", images);
        all.put("--test", test);
        all.put("--hidden", 20);
        all.put("--epochs", 3);
        all.put("--batch-size", 64 * SHARDS);
        all.put("--optimizer", "nesterov");
        all.put("--schedule", "cosine");
        all.put("--output", directory.resolve("run-" + RUNS.incrementAndGet()));
        for (int i = 0; i < options.length; i += 2) {
            all.put(options[i], options[i + 1]);
        }
        List<Object> arguments = new ArrayList<>(List.of("train"));
        all.forEach((option, value) -> arguments.addAll(List.of(option, value)));
        return Lockstep.runOn(master, arguments).digest();
    }
}
