package io.lockstep.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.lockstep.LockstepException;
import io.lockstep.inference.EvaluationFiles;
import io.lockstep.storage.Directory;
import io.lockstep.storage.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an evaluation found, as {@code evaluation.json} has it. A figure that the file does not have is not a number.
 *
 * @param split of the run that was evaluated, if it was not data of its own
 * @param figures single numbers of the whole dataset, by their names in the file
 * @param confusion rows of the true class by columns of the predicted class
 * @param classes in the order of the matrix
 * @param calibration bins of confidence, from 0 to 1
 */
record EvaluationRecord(
        Optional<String> split,
        Map<String, Double> figures,
        double[][] confusion,
        List<OfClass> classes,
        List<Bin> calibration) {
    /** Of a file of an evaluation: the matrix of 2,000 classes, or 24 images of 1,000 × 1,000 pixels. */
    static final int MAX_BYTES = 64 << 20;

    private static final List<String> FIGURES =
            List.of("examples", "accuracy", "logLoss", "brierScore", "expectedCalibrationError");

    /** How well one class is recognised: each from 0 to 1, but for the support, which is a weight of examples. */
    record OfClass(String label, double precision, double recall, double f1, double support, Areas areas) {}

    /** Under the curves of one class against the rest. */
    record Areas(double roc, double precisionRecall) {}

    /** Examples whose greatest probability lies between two numbers. */
    record Bin(double weight, double confidence, double accuracy) {}

    /**
     * Reads the file from the directory of an evaluation, if it is there.
     *
     * @throws LockstepException of kind {@code DATA} if it is not JSON, or its matrix is not square
     */
    static Optional<EvaluationRecord> read(Directory evaluation) throws IOException {
        return evaluation.files().contains(EvaluationFiles.JSON)
                ? Optional.of(decode(
                        evaluation.read(EvaluationFiles.JSON, MAX_BYTES),
                        evaluation.file(EvaluationFiles.JSON).toString()))
                : Optional.empty();
    }

    static EvaluationRecord decode(byte[] text, String where) {
        JsonNode json = Json.read(text, MAX_BYTES, where);
        Map<String, Double> figures = new LinkedHashMap<>();
        FIGURES.stream()
                .filter(json::has)
                .forEach(name -> figures.put(name, json.path(name).asDouble(Double.NaN)));
        List<OfClass> classes = new ArrayList<>();
        for (JsonNode each : json.path("classes")) {
            classes.add(new OfClass(
                    each.path("label").asText(),
                    number(each, "precision"),
                    number(each, "recall"),
                    number(each, "f1"),
                    number(each, "support"),
                    new Areas(number(each, "rocAuc"), number(each, "prAuc"))));
        }
        List<Bin> bins = new ArrayList<>();
        for (JsonNode each : json.path("calibration")) {
            bins.add(new Bin(number(each, "weight"), number(each, "meanConfidence"), number(each, "accuracy")));
        }
        Optional<String> split = Optional.ofNullable(json.path("split").textValue());
        return new EvaluationRecord(split, figures, matrix(json.path("confusionMatrix"), where), classes, bins);
    }

    /** The name of a class; its number where the file does not name it. */
    String label(int index) {
        return index < classes.size() ? classes.get(index).label() : String.valueOf(index);
    }

    private static double[][] matrix(JsonNode rows, String where) {
        double[][] matrix = new double[rows.size()][rows.size()];
        for (int row = 0; row < matrix.length; row++) {
            if (rows.path(row).size() != matrix.length) {
                throw LockstepException.data(where + ": expected a confusionMatrix of " + matrix.length + " × "
                        + matrix.length + " numbers, found " + rows.path(row).size() + " in row " + (row + 1));
            }
            for (int column = 0; column < matrix.length; column++) {
                matrix[row][column] = rows.path(row).path(column).asDouble(Double.NaN);
            }
        }
        return matrix;
    }

    private static double number(JsonNode object, String name) {
        return object.path(name).asDouble(Double.NaN);
    }
}
