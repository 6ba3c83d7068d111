package io.lockstep.inference;

import io.lockstep.ExactSum;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.collections4.iterators.PeekingIterator;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * The areas under the ROC and the precision-recall curve of each class against all others, with no score binned.
 *
 * <p>The scores of each class are sorted in ranges, across the executors. A first pass adds up the weights of each
 * range, so that a second can begin where the range before it ends, and walks down the scores once. All sums are exact,
 * and are rounded only at the end of a score's rows, so the result has the same bits for any ranges and order.
 */
final class Curves {
    /** With as many, a task needs about 150 MB to sort a range. */
    static final int ROWS_PER_RANGE = 1 << 22;

    private Curves() {}

    /**
     * The areas of one class; null where a curve is undefined.
     *
     * @param roc the probability that a row of the class has a higher score than another row, equal scores counting
     *     half; null without rows of the class or without others
     * @param averagePrecision Σ over the scores s, descending, of (recall(s) − recall before s) · precision(s), as
     *     scikit-learn's {@code average_precision_score}; null without rows of the class
     */
    record Areas(Double roc, Double averagePrecision) {}

    /** The areas of all classes, in their order, of few rows, here. */
    static List<Areas> areas(List<ScoredRows> rows, int classCount) {
        return IntStream.range(0, classCount)
                .mapToObj(i -> Scores.merged(
                        rows.stream().map(block -> block.scores(i)).toList()))
                .map(scores -> new Sweep(new Weights()).over(scores).areas(Weights.of(scores)))
                .toList();
    }

    /**
     * The areas of all classes, in their order, of any number of rows.
     *
     * @param rows that are read up to three times
     */
    static List<Areas> areas(JavaRDD<ScoredRows> rows, int classCount, long rowCount, int rowsPerRange) {
        ScoreRanges ranges = ScoreRanges.of(rows, classCount, rowCount, rowsPerRange);
        int tasks = Math.min(
                ranges.count(), Math.max(rows.getNumPartitions(), rows.context().defaultParallelism()));
        JavaPairRDD<Integer, byte[]> parts =
                rows.flatMapToPair(ranges::divide).repartitionAndSortWithinPartitions(new HashPartitioner(tasks));
        Map<Integer, Weights> weights = parts.mapValues(part -> Weights.of(Scores.of(part)))
                .reduceByKey(Weights::merge) // which lie together already
                .collectAsMap();
        Map<Integer, Weights> before = new HashMap<>();
        List<Weights> totals = new ArrayList<>();
        for (int classIndex = 0; classIndex < classCount; classIndex++) {
            Weights total = new Weights();
            for (int range = ranges.first(classIndex); range < ranges.first(classIndex + 1); range++) {
                before.put(range, total.copy());
                Optional.ofNullable(weights.get(range)).ifPresent(total::merge);
            }
            totals.add(total);
        }
        AreaSums[] sums = Stream.generate(AreaSums::new).limit(classCount).toArray(AreaSums[]::new);
        parts.mapPartitions(sorted -> merged(PeekingIterator.peekingIterator(sorted)))
                .mapToPair(range -> new Tuple2<>(range._1(), new Sweep(before.get(range._1())).over(range._2())))
                .collect()
                .forEach(range -> sums[ranges.classIndex(range._1())].merge(range._2()));
        return IntStream.range(0, classCount)
                .mapToObj(i -> sums[i].areas(totals.get(i)))
                .toList();
    }

    /** Puts the parts of a range, which follow one another, together. */
    private static Iterator<Tuple2<Integer, Scores>> merged(PeekingIterator<Tuple2<Integer, byte[]>> sorted) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return sorted.hasNext();
            }

            @Override
            public Tuple2<Integer, Scores> next() {
                Integer range = sorted.peek()._1();
                List<Scores> parts = new ArrayList<>();
                while (sorted.hasNext() && sorted.peek()._1().equals(range)) {
                    parts.add(Scores.of(sorted.next()._2()));
                }
                return new Tuple2<>(range, Scores.merged(parts));
            }
        };
    }

    /** The exact weights of rows of a class and of all others. */
    private static final class Weights implements Serializable {
        private static final long serialVersionUID = 1;

        private final ExactSum positive = new ExactSum();
        private final ExactSum negative = new ExactSum();

        static Weights of(Scores scores) {
            Weights weights = new Weights();
            Arrays.stream(scores.weights()).forEach(weights::add);
            return weights;
        }

        void add(double weight) {
            (weight > 0 ? positive : negative).add(Math.abs(weight));
        }

        Weights merge(Weights other) {
            positive.merge(other.positive);
            negative.merge(other.negative);
            return this;
        }

        Weights copy() {
            return new Weights().merge(this);
        }
    }

    /** Numerators of the areas. */
    private static final class AreaSums implements Serializable {
        private static final long serialVersionUID = 1;

        /** Σ over negative rows of their weight times the weight of the positive rows above, ties counting half. */
        private final ExactSum pairs = new ExactSum();

        /** Σ over positive rows of their weight times the precision down to their score. */
        private final ExactSum precisions = new ExactSum();

        void merge(AreaSums other) {
            pairs.merge(other.pairs);
            precisions.merge(other.precisions);
        }

        Areas areas(Weights total) {
            double positive = total.positive.toDouble();
            double negative = total.negative.toDouble();
            return new Areas(
                    positive > 0 && negative > 0 ? pairs.toDouble() / positive / negative : null,
                    positive > 0 ? precisions.toDouble() / positive : null);
        }
    }

    /** Walks down the scores of a range. */
    private static final class Sweep {
        private final AreaSums sums = new AreaSums();
        private final Weights above; // of all scores before the tie
        private Weights tied = new Weights();

        /** @param before the weights of the ranges of the class before this one */
        Sweep(Weights before) {
            above = before.copy();
        }

        AreaSums over(Scores scores) {
            for (int i = 0; i < scores.count(); i++) {
                if (i > 0 && scores.positions()[i] != scores.positions()[i - 1]) {
                    closeTie();
                }
                tied.add(scores.weights()[i]);
            }
            closeTie();
            return sums;
        }

        private void closeTie() {
            double positive = tied.positive.toDouble();
            double negative = tied.negative.toDouble();
            if (negative > 0) {
                ExactSum abovePositive = above.positive.copy().addProduct(positive, 0.5);
                sums.pairs.addProduct(negative, abovePositive.toDouble());
            }
            above.merge(tied);
            if (positive > 0) {
                double all = above.positive.copy().merge(above.negative).toDouble();
                sums.precisions.addProduct(positive, above.positive.toDouble() / all);
            }
            tied = new Weights();
        }
    }
}
