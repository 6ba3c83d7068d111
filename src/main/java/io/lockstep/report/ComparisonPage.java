package io.lockstep.report;

import io.lockstep.data.Split;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.training.RunRecord;
import io.lockstep.training.RunStart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The page of several runs on shared axes. */
final class ComparisonPage {
    private static final String NONE = "–";
    private static final int COLORS = 8;
    /** Enough of a digest to tell runs apart. */
    private static final int DIGITS = 12;

    private static final Set<String> NEVER_EQUAL = Set.of("output", "resume");

    private final List<Run> runs;
    private final List<String> names;
    private final Page page;

    private ComparisonPage(List<Run> runs, Page page) {
        this.runs = runs;
        this.page = page;
        boolean unique = runs.stream().map(Run::shortName).distinct().count() == runs.size();
        this.names = runs.stream().map(unique ? Run::shortName : Run::name).toList();
    }

    /** In UTF-8. */
    static byte[] html(List<Run> runs) {
        return Page.of(runs.size() + " runs · Lockstep", page -> new ComparisonPage(runs, page).write());
    }

    private void write() {
        page.markup().open("header").element("h1", runs.size() + " runs compared");
        page.markup().open("ol", "class", "runs");
        runs.forEach(run -> page.markup().element("li", run.name(), "class", "path"));
        page.markup().close().close().line();
        page.section("Results", this::results);
        page.section(
                "Epoch by epoch",
                () -> page.charts(List.of(
                        chart("Training loss", "cross-entropy + penalty", Split.TRAIN, MetricsRow::loss),
                        chart("Validation loss", "cross-entropy + penalty", Split.VALIDATION, MetricsRow::loss),
                        chart("Training accuracy", "part of the rows", Split.TRAIN, MetricsRow::accuracy),
                        chart("Validation accuracy", "part of the rows", Split.VALIDATION, MetricsRow::accuracy))));
        page.section("What differs", this::differences);
    }

    private LineChart chart(String title, String unit, Split split, ToDoubleFunction<MetricsRow> value) {
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            List<MetricsRow> rows = runs.get(i).of(split);
            if (!rows.isEmpty()) {
                String style = "run" + i % COLORS + (i >= COLORS ? " dashed" : "");
                lines.add(Line.of(names.get(i), style, rows, row -> row.at().epoch(), value));
            }
        }
        return Words.byEpoch(title, unit, lines);
    }

    private void results() {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            Optional<RunRecord.Result> result = runs.get(i).outcome().result();
            List<String> row = new ArrayList<>();
            row.add(names.get(i));
            row.add(runs.get(i).outcome().state().words());
            row.add(result.map(of -> Numbers.count(of.keptEpoch())).orElse(NONE));
            for (Split split : Split.values()) {
                Optional<RunRecord.Score> score =
                        result.flatMap(of -> of.scores().of(split));
                row.add(score.map(of -> Numbers.score(of.loss())).orElse(NONE));
                row.add(score.map(of -> Numbers.score(of.accuracy())).orElse(NONE));
            }
            row.add(result.map(of -> Numbers.seconds(of.seconds())).orElse(NONE));
            row.add(result.map(of -> of.weightsSha256().substring(0, DIGITS) + "…")
                    .orElse(NONE));
            rows.add(row);
        }
        page.table(
                "Results of the kept epochs",
                List.of(
                        "run",
                        "state",
                        "kept epoch",
                        "training loss",
                        "training accuracy",
                        "validation loss",
                        "validation accuracy",
                        "test loss",
                        "test accuracy",
                        "seconds",
                        "weights sha256"),
                rows);
        long digests = runs.stream()
                .flatMap(run -> run.outcome().result().stream())
                .map(RunRecord.Result::weightsSha256)
                .distinct()
                .count();
        if (digests == 1 && runs.stream().allMatch(run -> run.outcome().result().isPresent())) {
            page.paragraph("All have the same weights, bit for bit.");
        }
    }

    private void differences() {
        Map<String, List<String>> values = new LinkedHashMap<>();
        Set<String> options = new LinkedHashSet<>();
        runs.forEach(run -> options.addAll(run.config().keySet()));
        options.stream()
                .filter(option -> !NEVER_EQUAL.contains(option))
                .forEach(option -> values.put(
                        option,
                        runs.stream()
                                .map(run -> String.valueOf(run.config().getOrDefault(option, NONE)))
                                .toList()));
        values.put("data fingerprint", each(start -> start.data().fingerprint()));
        values.put("shards", each(start -> start.data().shards()));
        values.put("Lockstep", each(start -> start.environment().lockstep()));
        values.put("Spark", each(start -> start.environment().spark()));
        values.put("engine in use", each(start -> start.environment().engine()));
        values.put("tasks a step", each(start -> start.environment().partitions()));
        values.put("machines", each(ComparisonPage::machines));
        List<List<String>> rows = new ArrayList<>();
        values.forEach((what, texts) -> {
            if (differ(texts)) {
                List<String> row = new ArrayList<>(List.of(what));
                row.addAll(texts);
                rows.add(row);
            }
        });
        if (rows.isEmpty()) {
            page.paragraph("Neither an option, nor the data, a version or a machine, as far as they are known.");
            return;
        }
        List<String> headings = new ArrayList<>(List.of("what"));
        headings.addAll(names);
        page.table("Options, data, versions and machines that differ", headings, rows);
    }

    /** Whether a value is not the same in all runs of which it is known. */
    private boolean differ(List<String> texts) {
        return IntStream.range(0, runs.size())
                        .filter(i -> runs.get(i).start().isPresent())
                        .mapToObj(texts::get)
                        .distinct()
                        .count()
                > 1;
    }

    private static String machines(RunStart start) {
        return start.environment().executors().stream()
                .map(machine -> machine.processor() + ", " + machine.java() + ", BLAS: " + machine.blas())
                .collect(Collectors.joining("; "));
    }

    private List<String> each(Function<RunStart, Object> value) {
        return runs.stream()
                .map(run ->
                        run.start().map(start -> value.apply(start).toString()).orElse(NONE))
                .toList();
    }
}
