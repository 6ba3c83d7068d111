package io.lockstep.bench;

import io.lockstep.cluster.StandaloneCluster;
import io.lockstep.distributed.Engine;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.metrics.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How the cost of an epoch grows with rows, with the batch size, and with executors. */
final class Growth {
    private static final int EPOCHS = 3;

    private Growth() {}

    static List<Table> run() throws Exception {
        return List.of(rows(), batches(), executors());
    }

    private static Table rows() throws IOException, InterruptedException {
        Table table = table("Rows: MNIST repeated with noise, batch 512", "rows");
        for (int times : new int[] {1, 4, 16}) {
            Path images = NoisyMnist.write(Path.of("target/bench"), times);
            for (Engine engine : Engine.values()) {
                add(table, "× " + times, engine, local(engine, "--train", images, "--batch-size", 512));
            }
            Files.delete(images);
        }
        return table;
    }

    private static Table batches() throws IOException, InterruptedException {
        Table table = table("Batch sizes, MNIST", "batch");
        for (int batch = 32; batch <= 8192; batch *= 2) {
            for (Engine engine : Engine.values()) {
                add(table, batch, engine, local(engine, "--batch-size", batch));
            }
        }
        return table;
    }

    private static Table executors() throws Exception {
        Table table =
                table("Executors of one core on a standalone cluster on this machine, batch 256, MNIST", "executors");
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
                    add(table, executors, engine, train(submit, engine, "--batch-size", 256));
                }
            }
        }
        return table;
    }

    private static Table table(String title, String what) {
        return new Table(title + "; epoch " + EPOCHS, what, "engine", "ms a step", "rows a second", "seconds an epoch");
    }

    private static Command.Training local(Engine engine, Object... options) throws IOException, InterruptedException {
        return train(List.of("submit/local.sh", "--driver-memory", "4g"), engine, options);
    }

    private static Command.Training train(List<String> submit, Engine engine, Object... options)
            throws IOException, InterruptedException {
        List<Object> all =
                new ArrayList<>(List.of("--config", "conf/mnist.properties", "--epochs", EPOCHS, "--engine", engine));
        all.addAll(List.of(options));
        return Command.Training.of(submit, all.toArray());
    }

    private static void add(Table table, Object what, Engine engine, Command.Training training) throws IOException {
        List<MetricsRow> epochs = training.metrics(Split.TRAIN);
        MetricsRow last = epochs.get(epochs.size() - 1);
        double seconds = last.sums().exampleCount() / last.examplesPerSecond();
        double steps = (double) last.at().step() / EPOCHS;
        table.add(what, engine, 1e3 * seconds / steps, Math.round(last.examplesPerSecond()), seconds);
    }
}
