package io.lockstep.inference;

import io.lockstep.data.source.CsvOptions;
import io.lockstep.data.source.TableFormat;
import io.lockstep.model.TrainedModel;
import io.lockstep.training.ReadingConfig;
import io.lockstep.training.ScoringConfig;
import java.util.List;
import java.util.Optional;

/**
 * What is to be scored, and what is read besides the model's inputs.
 *
 * @param uri of the rows
 * @param idx whether they are in IDX files
 * @param format of tables
 * @param keep columns to keep
 * @param keepAll whether all columns are kept
 * @param label the column of the labels, if they are read
 * @param weight the column of the weights, if the rows have any
 * @param reject whether rows that cannot be scored are marked, or else end the job
 */
public record ScoringRequest(
        TrainedModel model,
        String uri,
        boolean idx,
        TableFormat format,
        CsvOptions csv,
        List<String> keep,
        boolean keepAll,
        Optional<String> label,
        Optional<String> weight,
        boolean reject) {
    private static final String DEFAULT_LABEL = "label";

    /** Rows to predict. */
    public static ScoringRequest of(TrainedModel model, ScoringConfig.Prediction config) {
        return of(
                model,
                config.scoring(),
                config.kept(),
                config.keepsAll(),
                Optional.empty(),
                Optional.empty(),
                config.invalid() == ScoringConfig.Invalid.REJECT);
    }

    /** Rows to evaluate the model on. */
    public static ScoringRequest of(TrainedModel model, ScoringConfig.Evaluation config) {
        String trained = model.provenance().labelColumn();
        String label = config.labelColumn().orElse(trained.isEmpty() ? DEFAULT_LABEL : trained);
        return of(model, config.scoring(), List.of(), false, Optional.of(label), config.weightColumn(), false);
    }

    private static ScoringRequest of(
            TrainedModel model,
            ScoringConfig config,
            List<String> keep,
            boolean keepAll,
            Optional<String> label,
            Optional<String> weight,
            boolean reject) {
        ReadingConfig reading = config.reading();
        return new ScoringRequest(
                model,
                config.data(),
                reading.isIdx(config.data()),
                reading.table(),
                reading.csv(),
                keep,
                keepAll,
                label,
                weight,
                reject);
    }
}
