package io.lockstep.report;

import io.lockstep.data.Split;
import io.lockstep.linalg.Machine;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.training.RunRecord;
import io.lockstep.training.RunStart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The page of one run. */
final class RunPage {
    private static final String NONE = "–";
    private static final int MOST_EPOCHS_OPEN = 30;

    private final Run run;
    private final Page page;

    private RunPage(Run run, Page page) {
        this.run = run;
        this.page = page;
    }

    /** In UTF-8. */
    static byte[] html(Run run) {
        return Page.of(run.shortName() + " · Lockstep", page -> new RunPage(run, page).write());
    }

    private void write() {
        heading();
        if (run.rows().isEmpty()) {
            page.section("Epochs", () -> page.paragraph("No epoch is complete yet."));
        } else {
            result();
            curves();
            TimesPart.write(run, page);
        }
        run.findings().firstLayer().ifPresent(this::firstLayer);
        evaluation();
        run.findings().mistakes().ifPresent(this::mistakes);
        if (!run.rows().isEmpty()) {
            epochs();
        }
        run.start().ifPresent(this::origin);
    }

    private void heading() {
        page.markup().open("header").element("h1", "Run " + run.shortName());
        page.markup().open("p", "class", "status");
        page.markup()
                .element(
                        "span",
                        run.outcome().state().words(),
                        "class",
                        "state " + run.outcome().state());
        page.prose(" " + progress());
        page.markup().close();
        page.markup().element("p", run.name(), "class", "path");
        run.outcome().result().ifPresent(this::digest);
        page.markup().close().line();
    }

    private String progress() {
        String epochs =
                run.config().containsKey("epochs") ? " of " + run.config().get("epochs") : "";
        String reached = run.last()
                .map(row -> "after epoch " + row.at().epoch() + epochs + ", "
                        + Numbers.count(row.at().step()) + " steps, "
                        + Numbers.seconds(row.at().seconds())
                        + " seconds of training")
                .orElse("before the end of the first epoch" + epochs);
        return switch (run.outcome().state()) {
            case COMPLETE ->
                reached + "; epoch " + run.outcome().result().orElseThrow().keptEpoch() + " is the result.";
            case RUNNING ->
                reached + ". Load the page again to see how it goes on; if the figures no longer change, the"
                        + " run was killed, and the same command with `--resume` continues it.";
            case STOPPED -> reached + ". The same command with --resume continues it from its newest checkpoint.";
            case INCOMPLETE ->
                reached
                        + ". Either it goes on, or the same command with `--resume` continues it. Its configuration is"
                        + " known when it is complete.";
        };
    }

    private void digest(RunRecord.Result result) {
        page.markup().open("p", "class", "digest").text("weights sha256 ");
        page.markup().element("code", result.weightsSha256()).close();
    }

    private void result() {
        page.section("Result", () -> {
            List<List<String>> rows = new ArrayList<>();
            run.outcome().result().ifPresentOrElse(result -> scores(result, rows), () -> lastEpoch(rows));
            page.table(
                    run.outcome().result().isPresent()
                            ? "In-sample is training and validation together"
                            : "Scores of the last epoch",
                    List.of("rows", "examples", "loss", "accuracy"),
                    rows);
        });
    }

    private static void scores(RunRecord.Result result, List<List<String>> rows) {
        result.scores().splits().forEach((split, score) -> rows.add(scores(Words.of(split), score)));
        rows.add(scores("in-sample", result.scores().inSample()));
    }

    private static List<String> scores(String name, RunRecord.Score score) {
        return List.of(
                name, Numbers.count(score.examples()), Numbers.score(score.loss()), Numbers.score(score.accuracy()));
    }

    private void lastEpoch(List<List<String>> rows) {
        run.last()
                .ifPresent(last -> run.rows().stream()
                        .filter(row -> row.at().epoch() == last.at().epoch())
                        .forEach(row -> rows.add(List.of(
                                Words.of(row.split()),
                                Numbers.count(row.means().examples()),
                                Numbers.score(row.loss()),
                                Numbers.score(row.accuracy())))));
    }

    private void curves() {
        page.section(
                "Epoch by epoch",
                () -> page.charts(List.of(
                        bothSplits("Loss", "cross-entropy + penalty", MetricsRow::loss),
                        bothSplits("Accuracy", "part of the rows", MetricsRow::accuracy),
                        ofEpochs(
                                "Learning rate",
                                "of the epoch's last step",
                                row -> row.at().learningRate()),
                        ofEpochs(
                                "Gradient norm",
                                "in the epoch's last step",
                                row -> row.at().gradientNorm()))));
    }

    private LineChart bothSplits(String title, String unit, ToDoubleFunction<MetricsRow> value) {
        List<Line> lines = new ArrayList<>();
        for (Split split : List.of(Split.TRAIN, Split.VALIDATION)) {
            List<MetricsRow> rows = run.of(split);
            if (!rows.isEmpty()) {
                lines.add(Line.of(
                        Words.of(split), split.label(), rows, row -> row.at().epoch(), value));
            }
        }
        return Words.byEpoch(title, unit, lines);
    }

    private LineChart ofEpochs(String title, String unit, ToDoubleFunction<MetricsRow> value) {
        return Words.byEpoch(
                title,
                unit,
                List.of(Line.of(title, "neutral", run.epochs(), row -> row.at().epoch(), value)));
    }

    private void firstLayer(FirstLayer layer) {
        page.section("First layer", () -> {
            String side = layer.side() + " × " + layer.side();
            page.paragraph("The weights of the first " + layer.units() + " units, each as a picture of " + side
                    + " pixels: red where a bright pixel excites the unit, blue where it inhibits it. Each unit has"
                    + " the scale of its largest weight.");
            page.markup()
                    .empty(
                            "img",
                            "class",
                            "weights",
                            "src",
                            layer.dataUri(),
                            "alt",
                            "Weights of " + layer.units() + " units of the first layer as " + side + " pictures");
        });
    }

    private void evaluation() {
        run.findings().evaluation().ifPresentOrElse(found -> EvaluationPart.write(found, page), () -> {
            if (run.outcome().state() == Run.State.COMPLETE) {
                page.section(
                        "Evaluation",
                        () -> page.paragraph(
                                "There is none yet. For the confusion matrix, the figures of each class and the"
                                        + " calibration, run `evaluate` with this run as `--model` and its directory"
                                        + " `evaluation` as `--output`, then `report` again."));
            }
        });
    }

    private void mistakes(MistakeImages found) {
        page.section("Most confident mistakes", () -> {
            page.paragraph(
                    found.mistakes().isEmpty()
                            ? "There are none."
                            : "The images that the model is most certain about, and wrong: what each is, what it was"
                                    + " taken for, and the probability that the model gave to that.");
            if (found.mistakes().isEmpty()) {
                return;
            }
            Markup markup = page.markup().open("ul", "class", "mistakes");
            for (MistakeImages.Image each : found.mistakes()) {
                markup.open("li");
                markup.empty(
                        "img",
                        "src",
                        each.dataUri(),
                        "alt",
                        "Image of class " + each.truth() + " that was taken for " + each.prediction());
                markup.element("span", each.truth() + " → " + each.prediction(), "class", "label");
                markup.element("span", Numbers.score(each.confidence()), "class", "number");
                markup.close();
            }
            markup.close();
        });
    }

    private void epochs() {
        List<MetricsRow> epochs = run.epochs();
        String[] open = epochs.size() <= MOST_EPOCHS_OPEN ? new String[] {"open", ""} : new String[0];
        page.markup()
                .open("details", open)
                .open("summary")
                .element("h2", "All epochs")
                .close();
        Map<Integer, List<String>> lines = new LinkedHashMap<>();
        for (MetricsRow row : epochs) {
            List<String> line = new ArrayList<>();
            line.add(Numbers.count(row.at().epoch()));
            line.add(Numbers.count(row.at().step()));
            line.add(Numbers.seconds(row.at().seconds()));
            line.add(Numbers.general(row.at().learningRate()));
            line.add(Numbers.general(row.at().gradientNorm()));
            line.add(Numbers.general(row.means().examplesPerSecond()));
            lines.put(row.at().epoch(), line);
        }
        List<String> headings = new ArrayList<>(
                List.of("epoch", "steps", "seconds", "learning rate", "gradient norm", "examples a second"));
        for (Split split : Split.values()) {
            List<MetricsRow> rows = run.of(split);
            if (!rows.isEmpty()) {
                headings.add(Words.of(split) + " loss");
                headings.add(Words.of(split) + " accuracy");
                Map<Integer, MetricsRow> byEpoch = new LinkedHashMap<>();
                rows.forEach(row -> byEpoch.put(row.at().epoch(), row));
                lines.forEach((epoch, line) -> {
                    MetricsRow row = byEpoch.get(epoch);
                    line.add(row == null ? NONE : Numbers.score(row.loss()));
                    line.add(row == null ? NONE : Numbers.score(row.accuracy()));
                });
            }
        }
        page.table("Metrics after each epoch", headings, lines.values());
        page.markup().close().line();
    }

    private void origin(RunStart start) {
        page.markup().open("div", "class", "columns").open("div");
        page.section("Configuration", () -> page.pairs("Options", List.of("option", "value"), start.config()));
        page.markup().close().open("div");
        page.section("Data", () -> page.pairs("Trained and judged on", List.of("what", "value"), data(start.data())));
        page.section("Environment", () -> environment(start));
        page.markup().close().close();
        page.section("The same run again", () -> {
            page.paragraph(
                    "The same data, configuration and seed give the same digest on any cluster. Paths are as they"
                            + " were given; `verify` does this and compares.");
            page.markup().open("pre", "tabindex", "0", "role", "region", "aria-label", "Command");
            page.markup().element("code", ReproducingCommand.of(start.config())).close();
        });
    }

    private void environment(RunStart start) {
        page.pairs("Made with", List.of("what", "value"), versions(start));
        page.table(
                "Machines that computed the result",
                List.of("processor", "Java", "BLAS"),
                start.environment().executors().stream().map(RunPage::machine).toList());
    }

    private static Map<String, Object> data(RunRecord.Data data) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("training examples", data.trainExamples());
        values.put("validation examples", data.validationExamples());
        values.put("test examples", data.testExamples());
        values.put("classes", data.classes());
        values.put("features", data.features());
        values.put("shards", data.shards());
        values.put("fingerprint", data.fingerprint());
        return values;
    }

    private static Map<String, Object> versions(RunStart start) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("run id", start.runId());
        values.put("Lockstep", start.environment().lockstep());
        values.put("Spark", start.environment().spark());
        values.put("engine", start.environment().engine());
        values.put("tasks a step", start.environment().partitions());
        values.put("system of the driver", start.environment().os());
        return values;
    }

    private static List<String> machine(Machine machine) {
        return List.of(machine.processor(), machine.java(), machine.blas());
    }
}
