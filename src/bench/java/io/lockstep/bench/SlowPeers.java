package io.lockstep.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Others that learn MNIST in minutes, each once: the reference recipe in numpy, and Spark's own classifier. */
final class SlowPeers {
    private static final int NUMPY_EPOCHS = 50;
    private static final int MLPC_ITERATIONS_STEP = 20;
    private static final int MLPC_MOST_ITERATIONS = 200;

    private SlowPeers() {}

    static List<Table> run() throws IOException, InterruptedException {
        Table table = new Table(
                "MNIST by others, whole processes, one run each",
                "what",
                "seconds",
                "to test accuracy " + TimeToAccuracy.ACCURACY,
                "test",
                "in-sample");
        addNumpy(table);
        addMlpc(table);
        return List.of(table);
    }

    private static void addNumpy(Table table) throws IOException, InterruptedException {
        Optional<Command> numpy =
                Command.python("numpy", "src/bench/peers/seed_numpy.py", TimeToAccuracy.MNIST, NUMPY_EPOCHS);
        if (numpy.isPresent()) {
            add(table, "numpy, " + NUMPY_EPOCHS + " epochs of the reference recipe", numpy.get(), "not recorded");
        }
    }

    /** It reports nothing on the way, so it runs with more and more iterations until one run is good enough. */
    private static void addMlpc(Table table) throws IOException, InterruptedException {
        boolean reached = false;
        for (int iterations = 5 * MLPC_ITERATIONS_STEP;
                !reached && iterations <= MLPC_MOST_ITERATIONS;
                iterations += MLPC_ITERATIONS_STEP) {
            List<Object> words =
                    new ArrayList<>(List.of(System.getProperty("java.home") + File.separator + "bin/java"));
            words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
            words.addAll(List.of("-cp", System.getProperty("java.class.path"), MlpcPeer.class.getName()));
            words.addAll(List.of(TimeToAccuracy.MNIST, iterations));
            Command mlpc = Command.run(words);
            reached = mlpc.lastLine().path("test").asDouble() >= TimeToAccuracy.ACCURACY;
            String seconds = reached ? String.format(Locale.ROOT, "%.2f", mlpc.seconds()) : "not reached";
            add(table, "Spark MLlib MLPC, " + iterations + " iterations", mlpc, seconds);
        }
    }

    private static void add(Table table, String what, Command peer, String toAccuracy) throws IOException {
        JsonNode result = peer.lastLine();
        table.add(
                what,
                peer.seconds(),
                toAccuracy,
                TimeToAccuracy.accuracy(result.path("test").asDouble()),
                TimeToAccuracy.accuracy(result.path("in_sample").asDouble()));
    }
}
