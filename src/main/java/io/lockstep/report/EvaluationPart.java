package io.lockstep.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What an evaluation found: the confusion matrix as a heat map, figures of each class, the calibration. */
final class EvaluationPart {
    private static final int MOST_CLASSES = 40;
    private static final Map<String, String> NAMES = Map.of(
            "examples", "examples",
            "accuracy", "accuracy",
            "logLoss", "log loss",
            "brierScore", "Brier score",
            "expectedCalibrationError", "expected calibration error");

    private final EvaluationRecord evaluation;
    private final Page page;

    private EvaluationPart(EvaluationRecord evaluation, Page page) {
        this.evaluation = evaluation;
        this.page = page;
    }

    static void write(EvaluationRecord evaluation, Page page) {
        EvaluationPart part = new EvaluationPart(evaluation, page);
        page.section("Evaluation", part::figures);
        if (evaluation.confusion().length > 0) {
            page.section("Confusion matrix", part::confusion);
        }
        if (!evaluation.classes().isEmpty()) {
            page.section("Classes", part::classes);
        }
        if (!evaluation.calibration().isEmpty()) {
            page.section("Calibration", part::calibration);
        }
    }

    private void figures() {
        List<List<String>> rows = new ArrayList<>();
        evaluation
                .figures()
                .forEach((name, value) -> rows.add(
                        List.of(NAMES.get(name), name.equals("examples") ? count(value) : Numbers.score(value))));
        page.table(
                evaluation.split().map(split -> "Of the " + split + " rows").orElse("Of the evaluated dataset"),
                List.of("what", "value"),
                rows);
    }

    private void confusion() {
        int count = evaluation.confusion().length;
        if (count > MOST_CLASSES) {
            page.paragraph("The matrix of " + count + " classes is too large to show; `evaluation.json` has it.");
            return;
        }
        page.paragraph("Rows are the true classes, columns the predicted ones. The shade is the square root of the"
                + " cell's part of its row, so that rare mistakes are seen too.");
        Markup markup = page.markup();
        page.box("Confusion matrix", () -> {
            markup.element("caption", "Examples by true and predicted class", "class", "hidden");
            markup.open("thead").open("tr").element("th", "true \\ predicted", "scope", "col");
            for (int column = 0; column < count; column++) {
                markup.element("th", evaluation.label(column), "scope", "col", "class", "label");
            }
            markup.close().close().open("tbody");
            for (int row = 0; row < count; row++) {
                confusion(row, markup);
            }
            markup.close();
        });
    }

    private void confusion(int row, Markup markup) {
        double[] cells = evaluation.confusion()[row];
        double sum = 0;
        for (double cell : cells) {
            sum += cell;
        }
        markup.open("tr").element("th", evaluation.label(row), "scope", "row", "class", "label");
        for (double cell : cells) {
            double part = Math.sqrt(cell / sum);
            String shade = Numbers.coordinate(part > 0 && part <= 1 ? 100 * part : 0); // 0 if not a number
            markup.element("td", count(cell), "class", "number heat", "style", "--part:" + shade + "%");
        }
        markup.close();
    }

    private void classes() {
        List<List<String>> rows = new ArrayList<>();
        for (EvaluationRecord.OfClass each : evaluation.classes()) {
            rows.add(List.of(
                    each.label(),
                    count(each.support()),
                    Numbers.score(each.precision()),
                    Numbers.score(each.recall()),
                    Numbers.score(each.f1()),
                    Numbers.score(each.areas().roc()),
                    Numbers.score(each.areas().precisionRecall())));
        }
        page.table(
                "Figures of each class against all others",
                List.of(
                        "class",
                        "examples",
                        "precision",
                        "recall",
                        "F1",
                        "area under ROC",
                        "area under precision-recall"),
                rows);
    }

    private void calibration() {
        page.paragraph(
                "How often the prediction was right, for predictions of about equal confidence. On the dashed line,"
                        + " a confidence of 0.8 is right in 8 of 10 cases.");
        List<EvaluationRecord.Bin> bins = evaluation.calibration().stream()
                .filter(bin -> bin.weight() > 0)
                .toList();
        Line ideal = new Line("perfect", "ideal", new double[] {0, 1}, new double[] {0, 1});
        Line found =
                Line.of("model", "neutral", bins, EvaluationRecord.Bin::confidence, EvaluationRecord.Bin::accuracy);
        page.charts(List.of(new LineChart(
                "Calibration curve", Axis.parts("confidence"), Axis.parts("accuracy"), List.of(ideal, found))));
    }

    /** Examples, or their weight where they have weights. */
    private static String count(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Numbers.count((long) value)
                : Numbers.general(value);
    }
}
