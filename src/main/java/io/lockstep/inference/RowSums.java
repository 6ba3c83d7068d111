package io.lockstep.inference;

import io.lockstep.ExactSum;
import java.io.Serializable;
import java.util.HashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Weighted sums over rows, of all figures that need no order of the rows. They are exact, so any grouping and order of
 * rows and of partial sums gives the same.
 */
final class RowSums implements Serializable {
    private static final long serialVersionUID = 1;

    /** Equal bins of the confidence: ((b − 1)/15, b/15]. */
    static final int BINS = 15;

    private static final int MAX_RANK = 5;

    private final int classCount;
    private final HashMap<Long, ExactSum> confusion = new HashMap<>(); // by truth · classCount + prediction
    private final ExactSum[] ranks = sums(MAX_RANK); // weights of the rows whose true class has that rank
    private final ExactSum loss = new ExactSum();
    private final ExactSum squaredErrors = new ExactSum();
    private final ExactSum[] binWeights = sums(BINS);
    private final ExactSum[] binConfidences = sums(BINS);
    private final ExactSum[] binHits = sums(BINS);
    private long examples;

    RowSums(int classCount) {
        this.classCount = classCount;
    }

    /** Adds rows to these sums, and returns them. */
    RowSums addAll(ScoredRows rows) {
        rows.forEach(this::add);
        return this;
    }

    private void add(Scored row) {
        double weight = row.weight();
        examples++;
        int prediction = row.prediction();
        int rank = row.rank();
        confusion(row.truth(), prediction).add(weight);
        if (rank < MAX_RANK) {
            ranks[rank].add(weight);
        }
        float probability = Math.max(row.probabilities()[row.truth()], Float.MIN_VALUE);
        loss.addProduct(weight, -StrictMath.log(probability));
        squaredErrors.addProduct(weight, squaredError(row));

        double confidence = row.probabilities()[prediction];
        int bin = Math.max(0, (int) Math.ceil(confidence * BINS) - 1); // the product is exact, as float times 15
        binWeights[bin].add(weight);
        binConfidences[bin].addProduct(weight, confidence);
        if (prediction == row.truth()) {
            binHits[bin].add(weight);
        }
    }

    /** Adds other sums to these, and returns these. */
    RowSums merge(RowSums other) {
        examples += other.examples;
        other.confusion.forEach((cell, sum) ->
                confusion.computeIfAbsent(cell, none -> new ExactSum()).merge(sum));
        merge(ranks, other.ranks);
        loss.merge(other.loss);
        squaredErrors.merge(other.squaredErrors);
        merge(binWeights, other.binWeights);
        merge(binConfidences, other.binConfidences);
        merge(binHits, other.binHits);
        return this;
    }

    /** Rows of a weight above 0. */
    long examples() {
        return examples;
    }

    double weight() {
        return total(Stream.of(binWeights));
    }

    /** The weight of the rows whose true class is among the k most probable; k ≤ 5. */
    double hits(int k) {
        return total(Stream.of(ranks).limit(k));
    }

    double loss() {
        return loss.toDouble();
    }

    double squaredErrors() {
        return squaredErrors.toDouble();
    }

    double confused(int truth, int prediction) {
        return total(cell(truth, prediction));
    }

    /** The weight of the rows of a class. */
    double support(int truth) {
        return total(IntStream.range(0, classCount).boxed().flatMap(prediction -> cell(truth, prediction)));
    }

    /** The weight of the rows that are taken for a class. */
    double predicted(int prediction) {
        return total(IntStream.range(0, classCount).boxed().flatMap(truth -> cell(truth, prediction)));
    }

    double binWeight(int bin) {
        return binWeights[bin].toDouble();
    }

    /** Σ w · confidence. */
    double binConfidence(int bin) {
        return binConfidences[bin].toDouble();
    }

    /** The weight of the bin's rows that are predicted correctly. */
    double binHits(int bin) {
        return binHits[bin].toDouble();
    }

    /** Σ_i (p_i − y_i)², added in the order of the classes. */
    private static double squaredError(Scored row) {
        double sum = 0;
        for (int i = 0; i < row.probabilities().length; i++) {
            double error = row.probabilities()[i] - (i == row.truth() ? 1.0 : 0.0);
            sum += error * error;
        }
        return sum;
    }

    private ExactSum confusion(int truth, int prediction) {
        return confusion.computeIfAbsent((long) truth * classCount + prediction, none -> new ExactSum());
    }

    private Stream<ExactSum> cell(int truth, int prediction) {
        return Stream.ofNullable(confusion.get((long) truth * classCount + prediction));
    }

    private static double total(Stream<ExactSum> sums) {
        ExactSum total = new ExactSum();
        sums.forEach(total::merge);
        return total.toDouble();
    }

    private static ExactSum[] sums(int count) {
        return Stream.generate(ExactSum::new).limit(count).toArray(ExactSum[]::new);
    }

    private static void merge(ExactSum[] sums, ExactSum[] others) {
        for (int i = 0; i < sums.length; i++) {
            sums[i].merge(others[i]);
        }
    }
}
