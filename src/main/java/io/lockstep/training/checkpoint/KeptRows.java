package io.lockstep.training.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lockstep.data.Split;
import io.lockstep.metrics.EpochMetrics;
import io.lockstep.metrics.EpochRecord;
import io.lockstep.nn.LossSum;
import io.lockstep.storage.Json;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The metrics of an epoch in a checkpoint's JSON: one flat object a split, in which numbers keep all their bits. */
final class KeptRows {
    private KeptRows() {}

    /**
     * What one object holds besides sums and epoch.
     *
     * @param split by the name of its constant
     */
    private record OfSplit(Split split, double penalty, double examplesPerSecond) {}

    /** The sums of rows that all weigh 1: the only ones before rows had weights. */
    private record Counts(double lossSum, long correctCount, long exampleCount) {
        static Record unlessWeighted(LossSum sums) {
            long correct = (long) sums.correctWeight();
            boolean counts = sums.correctWeight() == correct && sums.weight() == sums.exampleCount();
            return counts ? new Counts(sums.lossSum(), correct, sums.exampleCount()) : sums;
        }

        static LossSum take(ObjectNode row) {
            if (row.has("weight")) {
                return Json.take(row, LossSum.class);
            }
            Counts counts = Json.take(row, Counts.class);
            return new LossSum(counts.lossSum, counts.correctCount, counts.exampleCount, counts.exampleCount);
        }
    }

    static List<ObjectNode> of(EpochMetrics metrics) {
        return metrics.splits().keySet().stream()
                .map(split -> row(metrics, split))
                .toList();
    }

    private static ObjectNode row(EpochMetrics metrics, Split split) {
        ObjectNode row = Json.object(Map.of("split", split));
        row.setAll(Json.object(Counts.unlessWeighted(metrics.sums(split))));
        row.put("penalty", metrics.penalty());
        row.put("examplesPerSecond", metrics.splits().get(split).examplesPerSecond());
        row.setAll(Json.object(metrics.at()));
        return row;
    }

    /**
     * @param rows at least one
     * @throws IllegalArgumentException unless they are one row for each split of one epoch
     */
    static EpochMetrics metrics(List<ObjectNode> rows) {
        Map<Split, EpochMetrics.OfSplit> splits = new EnumMap<>(Split.class);
        EpochRecord at = null;
        double penalty = 0;
        for (ObjectNode row : rows) {
            ObjectNode rest = row.deepCopy();
            OfSplit split = Json.take(rest, OfSplit.class);
            LossSum sums = Counts.take(rest);
            EpochRecord found = Json.convert(rest, EpochRecord.class);
            boolean first = at == null;
            boolean again =
                    splits.put(split.split(), new EpochMetrics.OfSplit(sums, split.examplesPerSecond())) != null;
            Progress.expect(
                    !again && (first || found.equals(at) && split.penalty() == penalty),
                    "one row for each split at the end of one epoch",
                    rows);
            at = found;
            penalty = split.penalty();
        }
        return new EpochMetrics(at, penalty, splits);
    }
}
