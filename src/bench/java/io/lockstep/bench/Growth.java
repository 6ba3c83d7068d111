package io.lockstep.bench;

import io.lockstep.cluster.StandaloneCluster;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.metrics.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
            add(table, "× " + times, local("--train", images, "--batch-size", 512));
            Files.delete(images);
        }
        return table;
    }

    private static Table batches() throws IOException, InterruptedException {
        Table table = table("Batch sizes, MNIST", "batch");
        for (int batch = 32; batch <= 8192; batch *= 2) {
            add(table, batch, local("--batch-size", batch));
        }
        return table;
    }

    private static Table executors() throws Exception {
        Table table =
                table("Executors of one core on a standalone cluster on this machine, batch 512, MNIST", "executors");
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
                add(table, executors, train(submit, "--batch-size", 512));
            }
        }
        return table;
    }

    private static Table table(String title, String what) {
        return new Table(title + "; epoch " + EPOCHS, what, "ms a step", "rows a second", "seconds an epoch");
    }

    private static Command.Training local(Object... options) throws IOException, InterruptedException {
        return train(List.of("submit/local.sh", "--driver-memory", "4g"), options);
    }

    private static Command.Training train(List<String> submit, Object... options)
            throws IOException, InterruptedException {
        Object[] all = new Object[options.length + 4];
        System.arraycopy(new Object[] {"--config", "conf/mnist.properties", "--epochs", EPOCHS}, 0, all, 0, 4);
        System.arraycopy(options, 0, all, 4, options.length);
        return Command.Training.of(submit, all);
    }

    private static void add(Table table, Object what, Command.Training training) throws IOException {
        List<MetricsRow> epochs = training.metrics(Split.TRAIN);
        MetricsRow last = epochs.get(epochs.size() - 1);
        double seconds = last.sums().exampleCount() / last.examplesPerSecond();
        double steps = (double) last.at().step() / EPOCHS;
        table.add(what, 1e3 * seconds / steps, Math.round(last.examplesPerSecond()), seconds);
    }
}
