package io.lockstep.cli;

import io.lockstep.LockstepException;
import io.lockstep.inference.ClassFigures;
import io.lockstep.inference.Figures;
import io.lockstep.inference.ModelEvaluation;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** An evaluation as text for a terminal. */
final class EvaluationTable {
    /** As many rows and columns of the confusion matrix as a terminal can show. */
    static final int MAX_CLASSES = 20;

    private static final int MAX_LABEL = 20;
    private static final int MIN_CELL = 7;

    private EvaluationTable() {}

    static void print(ModelEvaluation evaluation, PrintWriter out) {
        ModelEvaluation.Overall overall = evaluation.overall();
        print("examples", evaluation.examples(), out);
        if (evaluation.weight() != evaluation.examples()) {
            out.printf(Locale.ROOT, "%-28s %s%n", "weight", amount(evaluation.weight()));
        }
        print("accuracy", overall.accuracy(), out);
        overall.topK().forEach((k, accuracy) -> print("top-" + k + " accuracy", accuracy, out));
        print("log loss", overall.logLoss(), out);
        print("Brier score", overall.brierScore(), out);
        print("expected calibration error", evaluation.calibration().expectedError(), out);
        printClasses(evaluation, out);
        printConfusion(evaluation, out);
        out.flush();
    }

    private static void print(String name, long value, PrintWriter out) {
        out.printf(Locale.ROOT, "%-28s %d%n", name, value);
    }

    private static void print(String name, double value, PrintWriter out) {
        out.printf(Locale.ROOT, "%-28s %.5f%n", name, value);
    }

    private static void printClasses(ModelEvaluation evaluation, PrintWriter out) {
        List<ClassFigures> classes = evaluation.classes();
        int width = Math.max("weighted".length(), width(labels(classes)));
        String row = "%-" + width + "s %9s %9s %9s %9s %9s %12s%n";
        out.println();
        out.printf(Locale.ROOT, row, "class", "precision", "recall", "F1", "ROC AUC", "PR AUC", "support");
        for (ClassFigures each : classes) {
            print(row, label(each), each.figures(), amount(each.support()), out);
        }
        print(row, "macro", evaluation.macro(), "", out);
        print(row, "weighted", evaluation.weighted(), amount(evaluation.weight()), out);
    }

    private static void print(String row, String name, Figures of, String support, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                row,
                name,
                part(of.precision()),
                part(of.recall()),
                part(of.f1()),
                part(of.rocAuc()),
                part(of.prAuc()),
                support);
    }

    private static void printConfusion(ModelEvaluation evaluation, PrintWriter out) {
        int shown = Math.min(evaluation.classes().size(), MAX_CLASSES);
        List<String> labels = labels(evaluation.classes().subList(0, shown));
        int cell = Math.max(MIN_CELL, width(labels));
        int name = Math.max("truth".length(), width(labels));
        out.println();
        out.println("confusion matrix: a row for each true class, a column for each predicted one");
        if (shown < evaluation.classes().size()) {
            out.printf(
                    Locale.ROOT,
                    "the first %d of %d classes; all are in confusion.parquet%n",
                    shown,
                    evaluation.classes().size());
        }
        for (int truth = 0; truth < shown; truth++) {
            for (int prediction = 0; prediction < shown; prediction++) {
                cell = Math.max(
                        cell, amount(evaluation.confusion()[truth][prediction]).length());
            }
        }
        out.print(left("", name));
        for (String label : labels) {
            out.print(" " + right(label, cell));
        }
        out.println();
        for (int truth = 0; truth < shown; truth++) {
            out.print(left(labels.get(truth), name));
            for (int prediction = 0; prediction < shown; prediction++) {
                out.print(" " + right(amount(evaluation.confusion()[truth][prediction]), cell));
            }
            out.println();
        }
    }

    private static List<String> labels(List<ClassFigures> classes) {
        return classes.stream().map(EvaluationTable::label).toList();
    }

    private static String label(ClassFigures each) {
        String label = LockstepException.printable(each.label().toString()).replace("\n", "\\n");
        return label.length() <= MAX_LABEL ? label : label.substring(0, MAX_LABEL - 1) + "…";
    }

    private static int width(List<String> texts) {
        return texts.stream().mapToInt(String::length).max().orElse(0);
    }

    private static String left(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    /** A weight: whole as a count is, else with two decimal places. */
    private static String amount(double weight) {
        return String.format(Locale.ROOT, weight == Math.rint(weight) ? "%.0f" : "%.2f", weight);
    }

    private static String part(Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, "%.5f", value);
    }
}
