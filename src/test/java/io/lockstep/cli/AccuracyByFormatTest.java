package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From tables of each format, a network becomes as good as an independent program's model. */
class AccuracyByFormatTest {
    /** Versions of the other program differ by as much. */
    private static final double TOLERANCE = 0.003;

    /** What src/test/scripts/accuracy.py prints for data/orders, with scikit-learn 1.9. */
    private static final double ORDERS = 0.92133;

    /** What it prints for the files of {@link #documents}. */
    private static final double DOCUMENTS = 0.898;

    private static final String ORDERS_DIGEST = "86c7102bc25c07f39aa17e11c4d29eb5cd982abab8a84aafeceae5384d0e6ad4";

    @TempDir
    private Path directory;

    @Test
    void ordersInFourFormatsGiveTheSameModelWhichIsAsGoodAsAnother() throws Exception {
        convertOrders();
        Path csv = Path.of("data/orders");
        for (String format : List.of("csv", "json", "parquet", "orc")) {
            Path from = format.equals("csv") ? csv : directory;
            Lockstep result = Lockstep.run(
                    "train",
                    "--config",
                    "conf/orders.properties",
                    "--train",
                    from.resolve("orders-train." + format),
                    "--test",
                    from.resolve("orders-test." + format),
                    "--output",
                    directory.resolve(format));
            assertThat(result.digest()).as(format).isEqualTo(ORDERS_DIGEST);
        }
        double expected = independent(csv.resolve("orders-train.csv"), csv.resolve("orders-test.csv"), ORDERS);
        assertThat(testAccuracy("parquet")).isGreaterThan(expected - TOLERANCE);
    }

    private void convertOrders() throws IOException {
        WithSpark.run(spark -> {
            for (String part : List.of("orders-train", "orders-test")) {
                for (String format : List.of("json", "parquet", "orc")) {
                    spark.read()
                            .option("header", "true")
                            .option("inferSchema", "true")
                            .csv("data/orders/" + part + ".csv")
                            .repartition(3)
                            .write()
                            .format(format)
                            .save(directory.resolve(part + "." + format).toString());
                }
            }
        });
    }

    @Test
    void documentsInLibsvmGiveAModelAsGoodAsAnother() throws Exception {
        Path train = Files.write(directory.resolve("train.libsvm"), documents(1500, 1));
        Path test = Files.write(directory.resolve("test.libsvm"), documents(500, 2));
        Lockstep result = Lockstep.run(
                "train",
                "--train",
                train,
                "--test",
                test,
                "--hidden",
                "none",
                "--scaling",
                "none",
                "--feature-scale",
                "1",
                "--l2",
                "0.005",
                "--epochs",
                "8",
                "--optimizer",
                "adam",
                "--learning-rate",
                "0.05",
                "--schedule",
                "cosine",
                "--batch-size",
                "128",
                "--validation-fraction",
                "0",
                "--output",
                directory.resolve("libsvm"));
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(testAccuracy("libsvm")).isGreaterThan(independent(train, test, DOCUMENTS) - TOLERANCE);
    }

    /** Counts of words: of 30 in a document, 5 are among the 100 of its class, and the others any of 1,000. */
    private static List<String> documents(int count, int seed) {
        Random random = new Random(seed);
        return IntStream.range(0, count)
                .mapToObj(document -> {
                    int label = random.nextInt(4);
                    return label + " "
                            + IntStream.range(0, 30)
                                    .map(i ->
                                            1 + (i % 6 == 0 ? label * 100 + random.nextInt(100) : random.nextInt(1000)))
                                    .boxed()
                                    .collect(Collectors.groupingBy(word -> word, TreeMap::new, Collectors.counting()))
                                    .entrySet()
                                    .stream()
                                    .map(word -> word.getKey() + ":" + word.getValue())
                                    .collect(Collectors.joining(" "));
                })
                .toList();
    }

    /** The accuracy of scikit-learn, or where it is not installed the one that was recorded. */
    private double independent(Path train, Path test, double recorded) throws Exception {
        if (!Python.has(directory, "sklearn, pandas")) {
            return recorded;
        }
        double found = Double.parseDouble(Python.lines(directory, "src/test/scripts/accuracy.py", train, test)
                .get(0));
        assertThat(found).as("recorded").isEqualTo(recorded, within(TOLERANCE));
        return found;
    }

    private double testAccuracy(String run) throws IOException {
        return new ObjectMapper()
                .readTree(directory.resolve(run).resolve("run.json").toFile())
                .path("result")
                .path("test")
                .path("accuracy")
                .asDouble();
    }
}
