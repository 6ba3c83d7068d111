package io.lockstep.data;

import io.lockstep.ExactSum;
import io.lockstep.data.prepare.Learning;
import io.lockstep.data.prepare.Statistics;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.linalg.Machine;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Learns from dealt rows: a tally of each shard, statistics of the training rows, and the weight of each of their
 * labels.
 */
final class Learner {
    /**
     * What was learned of some shards. All sums are exact, so how the shards were grouped does not matter.
     *
     * @param weights of training rows, by label
     */
    record Learned(List<ShardSummary> summaries, Statistics statistics, SortedMap<Label, ExactSum> weights)
            implements Serializable {
        Learned plus(Learned other) {
            summaries.addAll(other.summaries);
            other.weights.forEach((label, sum) ->
                    weights.computeIfAbsent(label, unused -> new ExactSum()).merge(sum));
            return new Learned(summaries, statistics.plus(other.statistics), weights);
        }

        SortedMap<Label, Double> labelWeights() {
            SortedMap<Label, Double> rounded = new TreeMap<>();
            weights.forEach((label, sum) -> rounded.put(label, sum.toDouble()));
            return rounded;
        }
    }

    private final CanonicalRows rows;
    private final Statistics statistics;
    private final SortedMap<Label, ExactSum> weights = new TreeMap<>();
    private final RowWeight weight = new RowWeight();

    private Learner(TableLayout layout) {
        this.rows = layout.rows();
        this.statistics = new Statistics(layout.valueCount(), Learning.MOST_CATEGORIES);
    }

    static Learned learn(Iterator<DealtRows> partition, TableLayout layout, Arithmetic arithmetic) {
        Learner learner = new Learner(layout);
        List<ShardSummary> summaries = new ArrayList<>();
        partition.forEachRemaining(dealt -> summaries.add(
                new ShardSummary(dealt.split(), dealt.index(), learner.add(dealt), Machine.ofThisJvm(arithmetic))));
        return new Learned(summaries, learner.statistics, learner.weights);
    }

    private Tally add(DealtRows dealt) {
        Tally tally = new Tally();
        dealt.forEach(rows, (bytes, row) -> {
            rows.read(bytes, row, weight);
            tally.add(weight.label, rows.hash(bytes, row));
            if (dealt.split() == Split.TRAIN) {
                rows.read(bytes, row, new Reader(weight.value));
                weights.computeIfAbsent(weight.label, unused -> new ExactSum()).add(weight.value);
            }
        });
        return tally;
    }

    /** Hears only how a row ends. */
    private static final class RowWeight implements CanonicalRows.Visitor {
        private Label label;
        private double value;

        @Override
        public void number(int position, double unused) {}

        @Override
        public void missing(int position) {}

        @Override
        public void text(int position, String unused) {}

        @Override
        public void end(Label rowLabel, double rowWeight) {
            label = rowLabel;
            value = rowWeight;
        }
    }

    /** Hands the values of a row on to the statistics. */
    private final class Reader implements CanonicalRows.Visitor {
        private final double rowWeight;

        Reader(double rowWeight) {
            this.rowWeight = rowWeight;
            statistics.row(rowWeight);
        }

        @Override
        public void number(int position, double value) {
            statistics.number(position, value, rowWeight);
        }

        @Override
        public void missing(int position) {
            statistics.missing(position, rowWeight);
        }

        @Override
        public void text(int position, String value) {
            statistics.text(position, value);
        }

        @Override
        public void end(Label label, double unused) {}
    }
}
