package io.lockstep.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.lockstep.cluster.StandaloneCluster;
import io.lockstep.data.Split;
import io.lockstep.distributed.choice.EngineChoice;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.nn.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the cost of an epoch grows with rows, with the batch size, and with executors; the median of the last three
 * epochs.
 */
final class Growth {
    private static final Network NETWORK = Network.of(List.of(784, 256, 10));

    private Growth() {}

    static List<Table> run() throws Exception {
        return List.of(rows(), batches(), executors());
    }

    private static Table rows() throws IOException, InterruptedException {
        Table table = table("Rows: MNIST repeated with noise, batch 512; 5 epochs", "rows");
        for (int times : new int[] {1, 4, 16}) {
            Path images = NoisyMnist.write(Path.of("target/bench"), times);
            for (EngineChoice engine : List.of(EngineChoice.AGGREGATE, EngineChoice.RESIDENT)) {
                add(table, "× " + times, engine, local(engine, "--train", images, "--batch-size", 512, "--epochs", 5));
            }
            Files.delete(images);
        }
        return table;
    }

    /** The larger the batch, the fewer the steps of an epoch, and the more epochs until the JVM has compiled them. */
    private static Table batches() throws IOException, InterruptedException {
        Table table = table("Batch sizes, MNIST; 5 + batch/256 epochs", "batch", "% of dense products alone");
        for (int batch = 32; batch <= 8192; batch *= 2) {
            double products = DenseProducts.rowsASecond(NETWORK, Math.min(64, batch / 2));
            for (EngineChoice engine : List.of(EngineChoice.AGGREGATE, EngineChoice.RESIDENT)) {
                Speed speed = local(engine, "--batch-size", batch, "--epochs", 5 + batch / 256);
                double share = 100 * speed.rowsASecond() / products;
                table.add(batch, engine, speed.millisAStep(), speed.rowsASecond(), share);
            }
            if (batch == 32) {
                addNumpy(table, products);
            }
        }
        return table;
    }

    private static void addNumpy(Table table, double products) throws IOException, InterruptedException {
        Optional<Command> numpy = Command.python("numpy", "src/bench/peers/seed_numpy.py", "data/mnist", 6, "float32");
        if (numpy.isEmpty()) {
            return;
        }
        JsonNode result = numpy.get().lastLine();
        double rows = result.path("rows").asDouble() * result.path("epochs").asInt();
        long rowsASecond = Math.round(rows / result.path("train_seconds").asDouble());
        table.add(32, "numpy, float32", 1e3 * 32 / rowsASecond, rowsASecond, 100 * rowsASecond / products);
    }

    private static Table executors() throws Exception {
        Table table = table(
                "Executors of one core on a standalone cluster on this machine, batch 256, MNIST; 10 epochs",
                "executors");
        Path directory = Files.createDirectories(Path.of("target/bench").toAbsolutePath());
        try (StandaloneCluster cluster = StandaloneCluster.start(directory, 3, Map.of())) {
            for (int executors = 1; executors <= 3; executors++) {
                List<String> submit = List.of(
                        "submit/standalone.sh",
                        cluster.url(),
                        "--executor-memory",
                        "1g",
                        "--conf",
                        "spark.cores.max=" + executors);
                for (EngineChoice engine : List.of(EngineChoice.AGGREGATE, EngineChoice.RESIDENT)) {
                    add(table, executors, engine, train(submit, engine, "--batch-size", 256, "--epochs", 10));
                }
            }
        }
        return table;
    }

    private static Table table(String title, String what, String... more) {
        List<String> columns = new ArrayList<>(List.of(what, "engine", "ms a step", "rows a second"));
        columns.addAll(List.of(more));
        return new Table(title, columns.toArray(String[]::new));
    }

    private static void add(Table table, Object what, EngineChoice engine, Speed speed) {
        table.add(what, engine, speed.millisAStep(), speed.rowsASecond());
    }

    private record Speed(double millisAStep, long rowsASecond) {}

    private static Speed local(EngineChoice engine, Object... options) throws IOException, InterruptedException {
        return train(List.of("submit/local.sh", "--driver-memory", "4g"), engine, options);
    }

    /**
     * Of the median among the last three epochs: the JVM compiles in the first ones, and now and then in one of the
     * others.
     */
    private static Speed train(List<String> submit, EngineChoice engine, Object... options)
            throws IOException, InterruptedException {
        List<Object> all = new ArrayList<>(List.of("--config", "conf/mnist.properties", "--engine", engine));
        all.addAll(List.of(options));
        List<MetricsRow> epochs = Command.Training.of(submit, all.toArray()).metrics(Split.TRAIN);
        double stepsAnEpoch = (double) epochs.get(epochs.size() - 1).at().step() / epochs.size();
        MetricsRow.Means median = epochs.subList(epochs.size() - 3, epochs.size()).stream()
                .map(MetricsRow::means)
                .sorted(Comparator.comparingDouble(MetricsRow.Means::examplesPerSecond))
                .toList()
                .get(1);
        double seconds = median.examples() / median.examplesPerSecond();
        return new Speed(1e3 * seconds / stepsAnEpoch, Math.round(median.examplesPerSecond()));
    }
}
