package io.lockstep.training.checkpoint;

import io.lockstep.data.Split;
import io.lockstep.metrics.EpochRecord;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.nn.LossSum;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The epoch whose parameters are, so far, the result.
 *
 * @param rows the metrics at its end, one for each split that has rows; not empty
 */
public record KeptEpoch(float[] parameters, List<MetricsRow> rows) {
    public KeptEpoch {
        rows = List.copyOf(rows);
        long splits = rows.stream().map(MetricsRow::split).distinct().count();
        long times = rows.stream().map(MetricsRow::at).distinct().count();
        boolean sums = rows.stream().map(MetricsRow::sums).allMatch(KeptEpoch::isPossible);
        if (rows.isEmpty() || splits != rows.size() || times != 1 || !sums) {
            throw new IllegalArgumentException(
                    "expected one row for each split at the end of one epoch, found " + rows);
        }
    }

    private static boolean isPossible(LossSum sums) {
        return Double.isFinite(sums.lossSum())
                && sums.correctCount() >= 0
                && sums.exampleCount() >= Math.max(1, sums.correctCount());
    }

    public EpochRecord at() {
        return rows.get(0).at();
    }

    public Optional<MetricsRow> row(Split split) {
        return rows.stream().filter(row -> row.split() == split).findFirst();
    }

    /** Training and validation rows together. */
    public LossSum inSample() {
        return Stream.of(Split.TRAIN, Split.VALIDATION)
                .flatMap(split -> row(split).stream())
                .map(MetricsRow::sums)
                .reduce(LossSum.ZERO, LossSum::plus);
    }
}
