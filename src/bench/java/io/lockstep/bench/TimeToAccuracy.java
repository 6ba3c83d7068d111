package io.lockstep.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.lockstep.distributed.choice.EngineChoice;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** How long whole processes take to learn MNIST: Lockstep, and what its user might run instead, one after the other. */
final class TimeToAccuracy {
    private static final String MNIST = "data/mnist";
    private static final double ACCURACY = 0.975;
    private static final int SEEDS = 5;
    private static final int NUMPY_EPOCHS = 50;
    private static final int MLPC_ITERATIONS_STEP = 20;
    private static final int MLPC_MOST_ITERATIONS = 200;

    private TimeToAccuracy() {}

    static List<Table> run() throws IOException, InterruptedException {
        Table table = new Table(
                "Time to accuracy on MNIST, whole processes, seconds",
                "what",
                "whole",
                "to test accuracy " + ACCURACY,
                "test",
                "in-sample");
        for (EngineChoice engine : List.of(EngineChoice.AGGREGATE, EngineChoice.RESIDENT)) {
            for (int seed = 1; seed <= SEEDS; seed++) {
                addLockstep(table, engine, seed);
            }
        }
        addNumpy(table);
        addScikitLearn(table);
        addMlpc(table);
        return List.of(table);
    }

    private static void addLockstep(Table table, EngineChoice engine, int seed)
            throws IOException, InterruptedException {
        Command.Training training = Command.Training.of(
                List.of("submit/local.sh"), "--config", "conf/mnist.properties", "--seed", seed, "--engine", engine);
        table.add(
                "Lockstep, conf/mnist.properties, " + engine + ", seed " + seed,
                training.command().seconds(),
                text(training.secondsToTestAccuracy(ACCURACY)),
                accuracy(training.accuracy("test")),
                accuracy(training.accuracy("inSample")));
    }

    private static void addScikitLearn(Table table) throws IOException, InterruptedException {
        Optional<Command> sklearn = Command.python("sklearn", "src/bench/peers/sklearn_mlp.py", MNIST);
        if (sklearn.isEmpty()) {
            return;
        }
        JsonNode result = sklearn.get().lastLine();
        table.add(
                "scikit-learn MLPClassifier, 12 iterations",
                sklearn.get().seconds(),
                "not recorded",
                accuracy(result.path("test").asDouble()),
                accuracy(result.path("in_sample").asDouble()));
    }

    private static void addNumpy(Table table) throws IOException, InterruptedException {
        Optional<Command> numpy = Command.python("numpy", "src/bench/peers/seed_numpy.py", MNIST, NUMPY_EPOCHS);
        if (numpy.isEmpty()) {
            return;
        }
        JsonNode result = numpy.get().lastLine();
        table.add(
                "numpy, " + NUMPY_EPOCHS + " epochs of the reference recipe",
                numpy.get().seconds(),
                "not recorded",
                accuracy(result.path("test").asDouble()),
                accuracy(result.path("in_sample").asDouble()));
    }

    /** It reports nothing on the way, so it runs with more and more iterations until one run is good enough. */
    private static void addMlpc(Table table) throws IOException, InterruptedException {
        for (int iterations = 5 * MLPC_ITERATIONS_STEP;
                iterations <= MLPC_MOST_ITERATIONS;
                iterations += MLPC_ITERATIONS_STEP) {
            List<Object> words =
                    new ArrayList<>(List.of(System.getProperty("java.home") + File.separator + "bin/java"));
            words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
            words.addAll(List.of("-cp", System.getProperty("java.class.path"), MlpcPeer.class.getName()));
            words.addAll(List.of(MNIST, iterations));
            Command mlpc = Command.run(words);
            JsonNode result = mlpc.lastLine();
            double test = result.path("test").asDouble();
            table.add(
                    "Spark MLlib MLPC, " + iterations + " iterations",
                    mlpc.seconds(),
                    test >= ACCURACY ? String.format(Locale.ROOT, "%.2f", mlpc.seconds()) : "not reached",
                    accuracy(test),
                    accuracy(result.path("in_sample").asDouble()));
            if (test >= ACCURACY) {
                return;
            }
        }
    }

    private static String text(OptionalDouble seconds) {
        return seconds.isPresent() ? String.format(Locale.ROOT, "%.2f", seconds.getAsDouble()) : "not reached";
    }

    private static String accuracy(double accuracy) {
        return String.format(Locale.ROOT, "%.4f", accuracy);
    }
}
