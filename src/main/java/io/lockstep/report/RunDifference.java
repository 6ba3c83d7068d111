package io.lockstep.report;

import io.lockstep.LockstepException;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.training.Option.Effect;
import io.lockstep.training.Options;
import io.lockstep.training.RunDirectory;
import io.lockstep.training.RunRecord;
import io.lockstep.training.TrainingConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * In what two complete runs differ, as far as bits go.
 *
 * @param weights whether their weights differ
 * @param epoch the first at which their metrics differ, and how
 * @param causes the options that have a part in the result, the data, versions and machines that differ
 */
public record RunDifference(boolean weights, Optional<String> epoch, List<String> causes) {
    /** By their names in the metrics; without times, which always differ. */
    private static final Map<String, Function<MetricsRow, Object>> FIGURES = figures();

    /** @throws LockstepException of kind {@code DATA} if one of them is not complete, or damaged */
    public static RunDifference between(RunDirectory left, RunDirectory right) throws IOException {
        RunRecord first = RunRecord.read(left.directory());
        RunRecord second = RunRecord.read(right.directory());
        return new RunDifference(
                !first.result().weightsSha256().equals(second.result().weightsSha256()),
                firstEpoch(left.metrics().read(), right.metrics().read()),
                causes(first, second));
    }

    /** Whether both came to the same bits, whatever they were made with. */
    public boolean none() {
        return !weights && epoch.isEmpty();
    }

    /** One line; of no use for equal runs. */
    public String text() {
        return epoch.map(found -> "the metrics differ from " + found)
                        .orElse("the metrics are equal, but the weights differ")
                + "; "
                + (causes.isEmpty()
                        ? "no option, data, version or machine on record differs"
                        : "what differs: " + String.join("; ", causes));
    }

    static Optional<String> firstEpoch(List<MetricsRow> left, List<MetricsRow> right) {
        Map<String, MetricsRow> first = byEpochAndSplit(left);
        Map<String, MetricsRow> second = byEpochAndSplit(right);
        return Stream.concat(left.stream(), right.stream())
                .sorted(Comparator.comparingInt(row -> row.at().epoch()))
                .flatMap(row -> difference(row, first.get(key(row)), second.get(key(row))).stream())
                .findFirst();
    }

    /** @param any one of the two */
    private static Optional<String> difference(MetricsRow any, MetricsRow left, MetricsRow right) {
        String rows = Words.of(any.split()) + " rows";
        String epoch = "epoch " + any.at().epoch() + " on";
        if (left == null || right == null) {
            return Optional.of(
                    epoch + ", which only the " + (left == null ? "second" : "first") + " has for its " + rows);
        }
        return FIGURES.entrySet().stream()
                .filter(figure ->
                        !figure.getValue().apply(left).equals(figure.getValue().apply(right)))
                .map(figure -> epoch + " (" + figure.getKey() + " of the " + rows + ": "
                        + figure.getValue().apply(left) + " and "
                        + figure.getValue().apply(right) + ")")
                .findFirst();
    }

    static List<String> causes(RunRecord left, RunRecord right) {
        List<String> causes = new ArrayList<>();
        for (Options.Declaration each : Options.of(TrainingConfig.class)) {
            Object here = left.config().get(each.name());
            Object there = right.config().get(each.name());
            if (each.option().effect() == Effect.RESULT && !Objects.equals(here, there)) {
                causes.add("--" + each.name() + " " + orNone(here) + " and " + orNone(there));
            }
        }
        Map<String, Function<RunRecord, Object>> others = new LinkedHashMap<>();
        others.put("data fingerprint", run -> run.data().fingerprint());
        others.put("shards", run -> run.data().shards());
        others.put("Lockstep", run -> run.environment().lockstep());
        others.put("Spark", run -> run.environment().spark());
        others.put("machines", run -> run.environment().executors());
        others.forEach((what, value) -> {
            if (!value.apply(left).equals(value.apply(right))) {
                causes.add(what + " " + value.apply(left) + " and " + value.apply(right));
            }
        });
        return causes;
    }

    private static Object orNone(Object value) {
        return value == null ? "not given" : value;
    }

    private static Map<String, MetricsRow> byEpochAndSplit(List<MetricsRow> rows) {
        return rows.stream().collect(Collectors.toMap(RunDifference::key, row -> row, (first, second) -> second));
    }

    private static String key(MetricsRow row) {
        return row.at().epoch() + " " + row.split();
    }

    private static Map<String, Function<MetricsRow, Object>> figures() {
        Map<String, Function<MetricsRow, Object>> figures = new LinkedHashMap<>();
        figures.put("examples", row -> row.means().examples());
        figures.put("step", row -> row.at().step());
        figures.put("loss", MetricsRow::loss);
        figures.put("cross_entropy", row -> row.means().crossEntropy());
        figures.put("accuracy", MetricsRow::accuracy);
        figures.put("learning_rate", row -> row.at().learningRate());
        figures.put("gradient_norm", row -> row.at().gradientNorm());
        return figures;
    }
}
