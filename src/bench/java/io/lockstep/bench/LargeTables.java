package io.lockstep.bench;

import io.lockstep.Stopwatch;
import io.lockstep.data.Split;
import io.lockstep.metrics.MetricsRow;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** Training on and predicting tables that just fit into 4 GB, next to a plain scan of the same files by Spark. */
final class LargeTables {
    private static final Path DIRECTORY = Path.of("target/bench");
    private static final List<Object> SUBMIT = List.of("submit/local.sh", "--driver-memory", "4g");
    private static final int ROWS = 5_000_000;
    private static final int COLUMNS = 100;
    private static final int SPARSE_ROWS = 1_000_000;
    private static final int SPARSE_COLUMNS = 50_000;
    private static final int VALUES_A_ROW = 100;

    private LargeTables() {}

    static List<Table> run() throws IOException, InterruptedException {
        Table table = new Table(
                "Large tables, 4 GB of heap, --hidden 256 --batch-size 8192",
                "what",
                "rows",
                "seconds",
                "rows a second",
                "MB held");
        Path parquet = DIRECTORY.toAbsolutePath().resolve("large.parquet");
        Path sparse = DIRECTORY.toAbsolutePath().resolve("large.libsvm");
        Files.createDirectories(DIRECTORY);
        try {
            parquet(parquet, table);
            writeSparse(sparse);
            train("1,000,000 × 50,000 LibSVM, 100 values a row", sparse, SPARSE_ROWS, table);
        } finally {
            FileUtils.deleteQuietly(parquet.toFile());
            FileUtils.deleteQuietly(sparse.toFile());
        }
        return List.of(table);
    }

    private static void parquet(Path parquet, Table table) throws IOException, InterruptedException {
        double scan;
        try (SparkSession spark = spark()) {
            write(spark, parquet);
            scan(spark, parquet); // compiles
            scan = scan(spark, parquet);
        }
        String what = "5,000,000 × 100 Parquet, float";
        table.add(what + ": Spark reads all columns", ROWS, scan, Math.round(ROWS / scan), "");
        Command.Training training = train(what, parquet, ROWS, table);
        Path predictions = Files.createTempDirectory(DIRECTORY, "predictions");
        List<Object> predict = new ArrayList<>(SUBMIT);
        predict.addAll(List.of("predict", "--model", training.run(), "--data", parquet, "--output", predictions));
        double seconds = Command.run(predict).seconds();
        try (SparkSession spark = spark()) {
            long found = spark.read().parquet(predictions.toString()).count();
            if (found != ROWS) {
                throw new IllegalStateException("expected " + ROWS + " predictions, found " + found);
            }
        }
        FileUtils.deleteDirectory(predictions.toFile());
        table.add(what + ": predict, the whole command", ROWS, seconds, Math.round(ROWS / seconds), "");
    }

    private static SparkSession spark() {
        return SparkSession.builder()
                .master("local[*]")
                .config("spark.ui.enabled", false)
                .getOrCreate();
    }

    /** Three classes by three random directions, with noise. */
    private static void write(SparkSession spark, Path target) {
        Random random = new Random(5);
        List<Column> columns = new ArrayList<>();
        Column[] scores = {functions.randn(1), functions.randn(2), functions.randn(3)};
        for (int i = 0; i < COLUMNS; i++) {
            String name = "x" + (i + 1);
            columns.add(functions.randn(100 + i).cast("float").as(name));
            for (int j = 0; j < scores.length; j++) {
                scores[j] = scores[j].plus(functions.col(name).multiply(random.nextGaussian()));
            }
        }
        Column best = functions.greatest(scores);
        Column label = functions
                .when(scores[0].equalTo(best), "a")
                .when(scores[1].equalTo(best), "b")
                .otherwise("c");
        spark.range(0, ROWS, 1, 10)
                .select(columns.toArray(Column[]::new))
                .withColumn("label", label)
                .write()
                .parquet(target.toString());
    }

    private static double scan(SparkSession spark, Path parquet) {
        Stopwatch watch = Stopwatch.start();
        spark.read()
                .parquet(parquet.toString())
                .write()
                .format("noop")
                .mode("overwrite")
                .save();
        return watch.seconds();
    }

    private static void writeSparse(Path target) throws IOException {
        Random random = new Random(6);
        try (Writer out = Files.newBufferedWriter(target)) {
            for (int row = 0; row < SPARSE_ROWS; row++) {
                int[] indices = random.ints(VALUES_A_ROW, 1, SPARSE_COLUMNS + 1)
                        .sorted()
                        .distinct()
                        .toArray();
                StringBuilder line = new StringBuilder(indices[0] < SPARSE_COLUMNS / 140 ? "1" : "0");
                IntStream.of(indices)
                        .forEach(index ->
                                line.append(' ').append(index).append(":0.").append(1 + random.nextInt(999)));
                out.append(line).append('\n');
            }
        }
    }

    /** Trains one epoch. */
    private static Command.Training train(String what, Path data, int rows, Table table)
            throws IOException, InterruptedException {
        Command.Training training = Command.Training.of(
                SUBMIT,
                "--train",
                data,
                "--validation-fraction",
                "0.01",
                "--keep",
                "last",
                "--hidden",
                "256",
                "--batch-size",
                "8192",
                "--epochs",
                "1");
        MetricsRow.Means epoch = training.metrics(Split.TRAIN).get(0).means();
        double seconds = epoch.examples() / epoch.examplesPerSecond();
        String held = training.command()
                .out()
                .lines()
                .filter(line -> line.startsWith("memory for the data: "))
                .map(line -> line.split(" ")[4])
                .findFirst()
                .orElse("?");
        table.add(
                what + ": the steps of an epoch",
                epoch.examples(),
                seconds,
                Math.round(epoch.examplesPerSecond()),
                held);
        double whole = training.command().seconds();
        table.add(what + ": train, the whole command", rows, whole, Math.round(rows / whole), "");
        return training;
    }
}
