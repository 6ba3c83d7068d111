package io.lockstep.training;

import io.lockstep.metrics.EpochRecord;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.metrics.Split;
import io.lockstep.nn.LossSum;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Keeps the parameters that are to be the result, with the metrics of their epoch. */
final class KeptParameters implements TrainingListener {
    /**
     * @param rows the metrics of the epoch that the parameters are from
     */
    record Kept(float[] parameters, EpochRecord at, List<MetricsRow> rows) {
        Optional<MetricsRow> row(Split split) {
            return rows.stream().filter(row -> row.split() == split).findFirst();
        }

        /** Training and validation rows together. */
        LossSum inSample() {
            return Stream.of(Split.TRAIN, Split.VALIDATION)
                    .flatMap(split -> row(split).stream())
                    .map(MetricsRow::sums)
                    .reduce(LossSum.ZERO, LossSum::plus);
        }

        private double validationAccuracy() {
            return row(Split.VALIDATION).map(MetricsRow::accuracy).orElseThrow();
        }
    }

    private final RunConfig.Keep keep;
    private Kept kept;
    private double lastSeconds;

    KeptParameters(RunConfig.Keep keep) {
        this.keep = keep;
    }

    @Override
    public void epochCompleted(EpochEvent event) {
        lastSeconds = event.at().seconds();
        Kept candidate = new Kept(event.parameters(), event.at(), event.rows());
        boolean comparable =
                keep == RunConfig.Keep.BEST && candidate.row(Split.VALIDATION).isPresent();
        if (kept == null || !comparable || candidate.validationAccuracy() > kept.validationAccuracy()) {
            kept = new Kept(event.parameters().clone(), event.at(), event.rows());
        }
    }

    Kept kept() {
        return kept;
    }

    /** From the start of training to the end of the last epoch. */
    double lastSeconds() {
        return lastSeconds;
    }
}
