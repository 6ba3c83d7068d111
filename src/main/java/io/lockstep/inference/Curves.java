package io.lockstep.inference;

import io.lockstep.ExactSum;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.ShuffledRDD;
import org.apache.spark.serializer.KryoSerializer;
import scala.Tuple2;

/**
 * The areas under the ROC and the precision-recall curve of each class against all others, with no score binned.
 *
 * <p>The scores of all classes are sorted across the executors. A first pass adds up the weights of each partition, so
 * that a second can begin where the partition before it ends, and walks down the scores once. All sums are exact, and
 * are rounded only at the end of a score's rows, so the result has the same bits for any partitioning and order.
 */
final class Curves {
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

    /** The areas of all classes, in their order. */
    static List<Areas> areas(JavaRDD<Scored> rows, int classCount) {
        JavaPairRDD<Long, Double> sorted = sorted(rows);
        List<Weights> before = new ArrayList<>();
        Map<Integer, Weights> totals = new HashMap<>();
        for (SortedMap<Integer, Weights> partition :
                sorted.mapPartitions(Curves::weights).collect()) {
            before.add(
                    partition.isEmpty()
                            ? new Weights()
                            : total(totals, partition.firstKey()).copy());
            partition.forEach((classIndex, weights) -> total(totals, classIndex).merge(weights));
        }
        Map<Integer, AreaSums> sums = new HashMap<>();
        sorted.mapPartitionsWithIndex((partition, scores) -> sweep(scores, before.get(partition)), false)
                .collect()
                .forEach(partition -> partition.forEach((classIndex, area) ->
                        sums.computeIfAbsent(classIndex, none -> new AreaSums()).merge(area)));
        return IntStream.range(0, classCount)
                .mapToObj(i -> sums.getOrDefault(i, new AreaSums()).areas(total(totals, i)))
                .toList();
    }

    /**
     * All positions of all rows, ascending, with the weight of the row: negative if the class is not its own. Equal
     * positions are in one partition. They are not added up before they are sorted, which would cost more than it saves
     * where scores differ.
     */
    private static JavaPairRDD<Long, Double> sorted(JavaRDD<Scored> rows) {
        JavaPairRDD<Long, Double> sorted = rows.filter(row -> row.weight() > 0)
                .flatMapToPair(Curves::scores)
                .sortByKey();
        // Java's serialisation, the default, would take longer than all the rest.
        ((ShuffledRDD<?, ?, ?>) sorted.rdd()).setSerializer(new KryoSerializer(new SparkConf(false)));
        return sorted;
    }

    private static Iterator<Tuple2<Long, Double>> scores(Scored row) {
        return IntStream.range(0, row.probabilities().length)
                .mapToObj(i -> new Tuple2<>(
                        position(i, row.probabilities()[i]), i == row.truth() ? row.weight() : -row.weight()))
                .iterator();
    }

    /** Ascends with the class, then with falling score: the bits of floats ≥ 0 are in the order of the floats. */
    private static long position(int classIndex, float score) {
        return (long) classIndex << Integer.SIZE | Integer.MAX_VALUE - Float.floatToIntBits(score + 0f); // -0 becomes 0
    }

    private static int classIndex(long position) {
        return (int) (position >> Integer.SIZE);
    }

    private static Weights total(Map<Integer, Weights> totals, int classIndex) {
        return totals.computeIfAbsent(classIndex, none -> new Weights());
    }

    private static Iterator<SortedMap<Integer, Weights>> weights(Iterator<Tuple2<Long, Double>> scores) {
        SortedMap<Integer, Weights> weights = new TreeMap<>();
        scores.forEachRemaining(score -> weights.computeIfAbsent(classIndex(score._1()), none -> new Weights())
                .add(score._2()));
        return List.of(weights).iterator();
    }

    private static Iterator<SortedMap<Integer, AreaSums>> sweep(Iterator<Tuple2<Long, Double>> scores, Weights before) {
        Sweep sweep = new Sweep(before.copy());
        scores.forEachRemaining(score -> sweep.add(score._1(), score._2()));
        sweep.closeTie();
        return List.of(sweep.areas).iterator();
    }

    /** The exact weights of rows of a class and of all others. */
    private static final class Weights implements Serializable {
        private static final long serialVersionUID = 1;

        private final ExactSum positive = new ExactSum();
        private final ExactSum negative = new ExactSum();

        void add(double weight) {
            (weight > 0 ? positive : negative).add(Math.abs(weight));
        }

        void merge(Weights other) {
            positive.merge(other.positive);
            negative.merge(other.negative);
        }

        Weights copy() {
            Weights copy = new Weights();
            copy.merge(this);
            return copy;
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

    /** Walks down the scores of a partition, class by class. */
    private static final class Sweep {
        private final SortedMap<Integer, AreaSums> areas = new TreeMap<>();
        private Weights above; // of all scores before the tie
        private Weights tied = new Weights();
        private long position = -1; // of the tie

        /** @param before the weights, in the partitions before, of the class with which this one begins */
        Sweep(Weights before) {
            above = before;
        }

        void add(long next, double weight) {
            if (next != position) {
                closeTie();
                if (position >= 0 && classIndex(next) != classIndex(position)) {
                    above = new Weights();
                }
                position = next;
            }
            tied.add(weight);
        }

        void closeTie() {
            if (position < 0) {
                return;
            }
            AreaSums sums = areas.computeIfAbsent(classIndex(position), none -> new AreaSums());
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
