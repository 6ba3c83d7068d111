package io.lockstep.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.lockstep.cluster.StandaloneCluster;
import io.lockstep.distributed.Engine;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.metrics.Split;
import io.lockstep.nn.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the cost of an epoch grows with rows, with the batch size, and with executors. */
final class Growth {
    private static final Network NETWORK = Network.of(List.of(784, 256, 10));

    private Growth() {}

    static List<Table> run() throws Exception {
        return List.of(rows(), batches(), executors());
    }

    private static Table rows() throws IOException, InterruptedException {
        Table table = table("Rows: MNIST repeated with noise, batch 512; epoch 3", "rows");
        for (int times : new int[] {1, 4, 16}) {
            Path images = NoisyMnist.write(Path.of("target/bench"), times);
            for (Engine engine : Engine.values()) {
                add(table, "× " + times, engine, local(engine, "--train", images, "--batch-size", 512, "--epochs", 3));
            }
            Files.delete(images);
        }
        return table;
    }

    /** The larger the batch, the fewer the steps of an epoch, and the more epochs until the JVM has compiled them. */
    private static Table batches() throws IOException, InterruptedException {
        Table table = table("Batch sizes, MNIST; last of 3 + batch/256 epochs", "batch", "% of dense products alone");
        for (int batch = 32; batch <= 8192; batch *= 2) {
            double products = Products.rowsASecond(NETWORK, Math.min(64, batch / 2));
            for (Engine engine : Engine.values()) {
                Epoch last = local(engine, "--batch-size", batch, "--epochs", 3 + batch / 256);
                table.add(batch, engine, last.millisAStep(), last.rowsASecond(), 100 * last.rowsASecond() / products);
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
                "Executors of one core on a standalone cluster on this machine, batch 256, MNIST; epoch 6",
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
                for (Engine engine : Engine.values()) {
                    add(table, executors, engine, train(submit, engine, "--batch-size", 256, "--epochs", 6));
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

    private static void add(Table table, Object what, Engine engine, Epoch last) {
        table.add(what, engine, last.millisAStep(), last.rowsASecond());
    }

    /** The last epoch of a training. */
    private record Epoch(double millisAStep, long rowsASecond) {}

    private static Epoch local(Engine engine, Object... options) throws IOException, InterruptedException {
        return train(List.of("submit/local.sh", "--driver-memory", "4g"), engine, options);
    }

    private static Epoch train(List<String> submit, Engine engine, Object... options)
            throws IOException, InterruptedException {
        List<Object> all = new ArrayList<>(List.of("--config", "conf/mnist.properties", "--engine", engine));
        all.addAll(List.of(options));
        List<MetricsRow> epochs = Command.Training.of(submit, all.toArray()).metrics(Split.TRAIN);
        MetricsRow last = epochs.get(epochs.size() - 1);
        double seconds = last.sums().exampleCount() / last.examplesPerSecond();
        double steps = (double) last.at().step() / epochs.size();
        return new Epoch(1e3 * seconds / steps, Math.round(last.examplesPerSecond()));
    }
}
