package io.lockstep.inference;

import io.lockstep.ExactSum;
import io.lockstep.LockstepException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;

/**
 * How well a model does on labelled rows. Every figure is weighted by the rows' weights, and none is binned but the
 * calibration, whose definition it is.
 *
 * @param examples rows of a weight above 0
 * @param confusion the weight of the rows of each class (first index) that are taken for each class (second index)
 * @param classes in the model's order
 */
public record ModelEvaluation(
        long examples,
        Overall overall,
        double[][] confusion, // (classes × classes)
        Calibration calibration,
        List<ClassFigures> classes) {
    private static final List<Integer> TOP_K = List.of(2, 3, 5);

    /**
     * Means over all rows.
     *
     * @param accuracy the part of the rows whose most probable class is the true one, the first of equally probable
     *     ones
     * @param topK for k = 2, 3 and 5, where there are more classes than k: the part of the rows whose true class is
     *     among the k most probable, the first of equally probable ones before the others
     * @param logLoss mean −ln p of the true class, in nats; p is at least the smallest positive float, 2^-149
     * @param brierScore mean Σ_i (p_i − y_i)² over all classes i, in [0, 2]
     */
    public record Overall(double accuracy, SortedMap<Integer, Double> topK, double logLoss, double brierScore) {}

    /**
     * Computes all figures on the executors; the driver sees only sums. The bits depend on the rows alone, not on their
     * order and partitions. The rows are needed several times and are stored in between.
     *
     * @param labels of the classes, each a Long, String or Boolean
     * @throws LockstepException of kind {@code DATA} if no row has a weight above 0
     */
    public static ModelEvaluation of(JavaRDD<Scored> rows, List<?> labels) {
        return of(rows, labels, Curves.ROWS_PER_RANGE);
    }

    static ModelEvaluation of(JavaRDD<Scored> rows, List<?> labels, int rowsPerRange) {
        int classCount = labels.size();
        return ofPacked(rows.mapPartitions(scored -> ScoredRows.pack(scored, classCount)), labels, rowsPerRange);
    }

    static ModelEvaluation ofPacked(JavaRDD<ScoredRows> rows, List<?> labels, int rowsPerRange) {
        int classCount = labels.size();
        JavaRDD<ScoredRows> stored = rows.persist(StorageLevel.MEMORY_AND_DISK());
        try {
            RowSums sums = stored.treeAggregate(new RowSums(classCount), RowSums::addAll, RowSums::merge);
            requireRows(sums);
            boolean few = sums.examples() * classCount <= rowsPerRange;
            return of(
                    sums,
                    few
                            ? Curves.areas(stored.collect(), classCount)
                            : Curves.areas(stored, classCount, sums.examples(), rowsPerRange),
                    labels);
        } finally {
            stored.unpersist(false);
        }
    }

    /** As above, of few rows, here. */
    static ModelEvaluation of(List<ScoredRows> rows, List<?> labels) {
        RowSums sums = new RowSums(labels.size());
        rows.forEach(sums::addAll);
        requireRows(sums);
        return of(sums, Curves.areas(rows, labels.size()), labels);
    }

    private static void requireRows(RowSums sums) {
        if (sums.examples() == 0) {
            throw LockstepException.data("expected at least one row with a weight above 0, found none");
        }
    }

    /** The plain mean over all classes; of the areas, over the classes for which they are defined, or null. */
    public Figures macro() {
        return mean(each -> 1);
    }

    /** The mean over all classes weighted by their support; of the areas, as above. */
    public Figures weighted() {
        return mean(ClassFigures::support);
    }

    /** The weight of all rows. */
    public double weight() {
        ExactSum weight = new ExactSum();
        classes.forEach(each -> weight.add(each.support()));
        return weight.toDouble();
    }

    private static ModelEvaluation of(RowSums sums, List<Curves.Areas> areas, List<?> labels) {
        double weight = sums.weight();
        SortedMap<Integer, Double> topK = new TreeMap<>();
        TOP_K.stream().filter(k -> k < labels.size()).forEach(k -> topK.put(k, sums.hits(k) / weight));
        Overall overall = new Overall(sums.hits(1) / weight, topK, sums.loss() / weight, sums.squaredErrors() / weight);
        double[][] confusion = new double[labels.size()][labels.size()];
        List<ClassFigures> classes = new ArrayList<>();
        for (int i = 0; i < labels.size(); i++) {
            for (int prediction = 0; prediction < labels.size(); prediction++) {
                confusion[i][prediction] = sums.confused(i, prediction);
            }
            classes.add(new ClassFigures(labels.get(i), figures(sums, areas.get(i), i), sums.support(i)));
        }
        return new ModelEvaluation(sums.examples(), overall, confusion, calibration(sums), List.copyOf(classes));
    }

    private static Figures figures(RowSums sums, Curves.Areas areas, int classIndex) {
        double hits = sums.confused(classIndex, classIndex);
        double predicted = sums.predicted(classIndex);
        double support = sums.support(classIndex);
        return new Figures(
                ratio(hits, predicted),
                ratio(hits, support),
                ratio(2 * hits, predicted + support),
                areas.roc(),
                areas.averagePrecision());
    }

    private static Calibration calibration(RowSums sums) {
        double error = 0;
        List<Calibration.Bin> bins = new ArrayList<>();
        for (int bin = 0; bin < RowSums.BINS; bin++) {
            double weight = sums.binWeight(bin);
            error += Math.abs(sums.binHits(bin) - sums.binConfidence(bin));
            bins.add(new Calibration.Bin(
                    (double) bin / RowSums.BINS,
                    (bin + 1.0) / RowSums.BINS,
                    weight,
                    weight > 0 ? sums.binConfidence(bin) / weight : null,
                    weight > 0 ? sums.binHits(bin) / weight : null));
        }
        return new Calibration(error / sums.weight(), bins);
    }

    private static double ratio(double part, double whole) {
        return whole > 0 ? part / whole : 0;
    }

    private Figures mean(ToDoubleFunction<ClassFigures> weight) {
        return new Figures(
                mean(weight, Figures::precision),
                mean(weight, Figures::recall),
                mean(weight, Figures::f1),
                mean(weight, Figures::rocAuc),
                mean(weight, Figures::prAuc));
    }

    private Double mean(ToDoubleFunction<ClassFigures> weight, Function<Figures, Double> figure) {
        ExactSum sum = new ExactSum();
        ExactSum weights = new ExactSum();
        for (ClassFigures each : classes) {
            Double value = figure.apply(each.figures());
            if (value != null) {
                sum.addProduct(weight.applyAsDouble(each), value);
                weights.add(weight.applyAsDouble(each));
            }
        }
        return weights.toDouble() > 0 ? sum.toDouble() / weights.toDouble() : null;
    }
}
