package io.lockstep.model;

import io.lockstep.metrics.EpochRecord;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.metrics.Split;
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
