package io.lockstep.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.lockstep.distributed.choice.EngineChoice;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * How long whole processes take to learn MNIST: Lockstep by either engine, and what its user might run instead, in
 * turns, each round with a seed of its own.
 */
final class TimeToAccuracy {
    static final String MNIST = "data/mnist";
    static final double ACCURACY = 0.975;

    private static final int ROUNDS = 5;
    private static final String PYTORCH = "PyTorch, the same recipe";
    private static final String SCIKIT_LEARN = "scikit-learn MLPClassifier, 12 iterations";

    private TimeToAccuracy() {}

    /**
     * A process that has learnt.
     *
     * @param secondsToAccuracy until the accuracy on the test rows was reached, from the start of the process; NaN
     *     where nobody recorded it
     */
    private record Run(double seconds, double secondsToAccuracy, double test, double inSample) {
        static Run of(Command.Training training) throws IOException {
            OptionalDouble reached = training.secondsToTestAccuracy(ACCURACY);
            return new Run(
                    training.command().seconds(),
                    reached.orElse(Double.NaN),
                    training.accuracy("test"),
                    training.accuracy("inSample"));
        }

        static Run of(Command peer) throws IOException {
            JsonNode result = peer.lastLine();
            double reached = Double.NaN;
            for (JsonNode epoch : result.path("epochs")) {
                if (Double.isNaN(reached) && epoch.path("test").asDouble() >= ACCURACY) {
                    Instant at =
                            Instant.ofEpochMilli((long) (1e3 * epoch.path("at").asDouble()));
                    reached = Duration.between(peer.started(), at).toMillis() / 1e3;
                }
            }
            return new Run(
                    peer.seconds(),
                    reached,
                    result.path("test").asDouble(),
                    result.path("in_sample").asDouble());
        }
    }

    static List<Table> run() throws IOException, InterruptedException {
        Optional<String> torch = Command.findPython("torch");
        Optional<String> sklearn = Command.findPython("sklearn");
        Map<EngineChoice, List<Command.Training>> trainings = new EnumMap<>(EngineChoice.class);
        Map<String, List<Run>> runs = new LinkedHashMap<>();
        for (int seed = 1; seed <= ROUNDS; seed++) {
            for (EngineChoice engine : List.of(EngineChoice.RESIDENT, EngineChoice.AGGREGATE)) {
                Command.Training training = train(engine, seed);
                trainings.computeIfAbsent(engine, none -> new ArrayList<>()).add(training);
                add(runs, "Lockstep, " + engine, Run.of(training));
            }
            if (torch.isPresent()) {
                add(runs, PYTORCH, peer(torch.get(), "torch_mlp.py", seed));
            }
            if (sklearn.isPresent()) {
                add(runs, SCIKIT_LEARN, peer(sklearn.get(), "sklearn_mlp.py", seed));
            }
        }
        return List.of(table(runs), EpochCosts.table(trainings));
    }

    private static Command.Training train(EngineChoice engine, int seed) throws IOException, InterruptedException {
        return Command.Training.of(
                List.of("submit/local.sh"), "--config", "conf/mnist.properties", "--seed", seed, "--engine", engine);
    }

    private static Run peer(String python, String script, int seed) throws IOException, InterruptedException {
        return Run.of(Command.run(List.of(python, "src/bench/peers/" + script, MNIST, seed)));
    }

    private static void add(Map<String, List<Run>> runs, String what, Run run) {
        runs.computeIfAbsent(what, none -> new ArrayList<>()).add(run);
    }

    private static Table table(Map<String, List<Run>> runs) {
        Table table = new Table(
                "MNIST, conf/mnist.properties: whole processes, medians of " + ROUNDS + " rounds, seconds",
                "what",
                "whole",
                "/ PyTorch",
                "/ scikit-learn",
                "to test accuracy " + ACCURACY,
                "test",
                "in-sample");
        runs.forEach((what, own) -> table.add(
                what,
                median(own, Run::seconds),
                ratio(own, runs.get(PYTORCH)),
                ratio(own, runs.get(SCIKIT_LEARN)),
                text(median(own, Run::secondsToAccuracy)),
                accuracy(median(own, Run::test)),
                accuracy(median(own, Run::inSample))));
        return table;
    }

    private static double median(List<Run> runs, ToDoubleFunction<Run> column) {
        return InTurns.median(runs.stream().mapToDouble(column).toArray());
    }

    /** The median of the rounds' ratios, because a round's processes ran one right after the other. */
    private static Object ratio(List<Run> own, List<Run> others) {
        if (others == null) {
            return "not measured";
        }
        double[] ratios = new double[own.size()];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = own.get(round).seconds() / others.get(round).seconds();
        }
        return InTurns.median(ratios);
    }

    private static String text(double seconds) {
        return Double.isNaN(seconds) ? "not recorded" : String.format(Locale.ROOT, "%.2f", seconds);
    }

    static String accuracy(double accuracy) {
        return String.format(Locale.ROOT, "%.4f", accuracy);
    }
}
