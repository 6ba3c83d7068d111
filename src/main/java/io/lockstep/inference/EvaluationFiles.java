package io.lockstep.inference;

import io.lockstep.data.Split;
import io.lockstep.storage.Directory;
import io.lockstep.storage.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * An evaluation on disk: {@code evaluation.json} with everything, written last, and the same as Parquet tables. Labels
 * have their own type in all of them.
 */
public final class EvaluationFiles {
    /** With all figures; it says that the other files are complete. */
    public static final String JSON = "evaluation.json";
    /** Of images only: those that the model is most wrong about. */
    public static final String MISTAKES = "mistakes.json";

    private static final String FIGURES = "figures.parquet";
    private static final String CLASSES = "classes.parquet";
    private static final String CONFUSION = "confusion.parquet";
    private static final String CALIBRATION = "calibration.parquet";

    /** The files of an evaluation. */
    public static final Set<String> NAMES = Set.of(JSON, FIGURES, CLASSES, CONFUSION, CALIBRATION, MISTAKES);

    private EvaluationFiles() {}

    /** Writes all files, each complete or absent, in the place of those of an earlier evaluation. */
    static void write(ModelEvaluation evaluation, Directory directory) throws IOException {
        directory.delete(JSON); // first, because it says that the others are complete
        directory.delete(MISTAKES);
        for (Map.Entry<String, byte[]> file :
                contents(evaluation, Optional.empty(), directory.hadoop()).entrySet()) {
            directory.write(file.getKey(), file.getValue());
        }
    }

    /**
     * The contents of the files by their names; {@code evaluation.json}, which says that they are complete, comes last.
     *
     * @param split of a run that was evaluated, if it was not data of its own
     * @param hadoop settings of Parquet
     */
    static Map<String, byte[]> contents(ModelEvaluation evaluation, Optional<Split> split, Configuration hadoop)
            throws IOException {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        contents.put(FIGURES, figuresParquet(evaluation, hadoop));
        contents.put(CLASSES, classesParquet(evaluation, hadoop));
        contents.put(CONFUSION, confusionParquet(evaluation, hadoop));
        contents.put(CALIBRATION, calibrationParquet(evaluation, hadoop));
        contents.put(JSON, Json.write(json(evaluation, split)).getBytes(StandardCharsets.UTF_8));
        return contents;
    }

    /** The content of {@code evaluation.json}. */
    static Map<String, Object> json(ModelEvaluation evaluation, Optional<Split> split) {
        ModelEvaluation.Overall overall = evaluation.overall();
        Map<String, Object> json = new LinkedHashMap<>();
        split.ifPresent(of -> json.put("split", of.label()));
        json.put("examples", evaluation.examples());
        json.put("weight", evaluation.weight());
        json.put("accuracy", overall.accuracy());
        json.put("topK", overall.topK());
        json.put("logLoss", overall.logLoss());
        json.put("brierScore", overall.brierScore());
        json.put("expectedCalibrationError", evaluation.calibration().expectedError());
        json.put("macro", evaluation.macro());
        json.put("weighted", evaluation.weighted());
        json.put(
                "classes",
                evaluation.classes().stream().map(EvaluationFiles::json).toList());
        json.put("confusionMatrix", evaluation.confusion());
        json.put("calibration", evaluation.calibration().bins());
        return json;
    }

    private static Map<String, Object> json(ClassFigures each) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("label", each.label());
        json.put("precision", each.figures().precision());
        json.put("recall", each.figures().recall());
        json.put("f1", each.figures().f1());
        json.put("support", each.support());
        json.put("rocAuc", each.figures().rocAuc());
        json.put("prAuc", each.figures().prAuc());
        return json;
    }

    /** A row for each figure of the whole: its name and value. */
    private static byte[] figuresParquet(ModelEvaluation evaluation, Configuration hadoop) throws IOException {
        ModelEvaluation.Overall overall = evaluation.overall();
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("examples", (double) evaluation.examples());
        figures.put("weight", evaluation.weight());
        figures.put("accuracy", overall.accuracy());
        overall.topK().forEach((k, accuracy) -> figures.put("top_" + k + "_accuracy", accuracy));
        figures.put("log_loss", overall.logLoss());
        figures.put("brier_score", overall.brierScore());
        figures.put("expected_calibration_error", evaluation.calibration().expectedError());
        putAll("macro_", evaluation.macro(), figures);
        putAll("weighted_", evaluation.weighted(), figures);
        List<List<Object>> rows = new ArrayList<>();
        figures.forEach((name, value) -> rows.add(row(name, value)));
        return ParquetRows.write(List.of(text("figure"), number("value")), rows, hadoop);
    }

    private static void putAll(String prefix, Figures of, Map<String, Double> figures) {
        figures.put(prefix + "precision", of.precision());
        figures.put(prefix + "recall", of.recall());
        figures.put(prefix + "f1", of.f1());
        figures.put(prefix + "roc_auc", of.rocAuc());
        figures.put(prefix + "pr_auc", of.prAuc());
    }

    /** A row for each class. */
    private static byte[] classesParquet(ModelEvaluation evaluation, Configuration hadoop) throws IOException {
        List<List<Object>> rows = new ArrayList<>();
        for (ClassFigures each : evaluation.classes()) {
            Figures of = each.figures();
            rows.add(row(each.label(), of.precision(), of.recall(), of.f1(), each.support(), of.rocAuc(), of.prAuc()));
        }
        return ParquetRows.write(
                List.of(
                        label("label", evaluation),
                        number("precision"),
                        number("recall"),
                        number("f1"),
                        number("support"),
                        number("roc_auc"),
                        number("pr_auc")),
                rows,
                hadoop);
    }

    /** A row for each pair of classes, also where its weight is 0. */
    private static byte[] confusionParquet(ModelEvaluation evaluation, Configuration hadoop) throws IOException {
        List<ClassFigures> classes = evaluation.classes();
        List<List<Object>> rows = new ArrayList<>();
        for (int truth = 0; truth < classes.size(); truth++) {
            for (int prediction = 0; prediction < classes.size(); prediction++) {
                rows.add(row(
                        classes.get(truth).label(),
                        classes.get(prediction).label(),
                        evaluation.confusion()[truth][prediction]));
            }
        }
        return ParquetRows.write(
                List.of(label("truth", evaluation), label("prediction", evaluation), number("weight")), rows, hadoop);
    }

    /** A row for each bin. */
    private static byte[] calibrationParquet(ModelEvaluation evaluation, Configuration hadoop) throws IOException {
        List<List<Object>> rows = new ArrayList<>();
        for (Calibration.Bin bin : evaluation.calibration().bins()) {
            rows.add(row(bin.lower(), bin.upper(), bin.weight(), bin.meanConfidence(), bin.accuracy()));
        }
        return ParquetRows.write(
                List.of(
                        number("lower"),
                        number("upper"),
                        number("weight"),
                        number("mean_confidence"),
                        number("accuracy")),
                rows,
                hadoop);
    }

    /** A list that may contain nulls. */
    private static List<Object> row(Object... values) {
        return Arrays.asList(values);
    }

    private static Map.Entry<String, Class<?>> label(String name, ModelEvaluation evaluation) {
        return Map.entry(name, evaluation.classes().get(0).label().getClass());
    }

    private static Map.Entry<String, Class<?>> text(String name) {
        return Map.entry(name, String.class);
    }

    private static Map.Entry<String, Class<?>> number(String name) {
        return Map.entry(name, Double.class);
    }
}
