package io.lockstep.inference;

import io.lockstep.data.source.CsvOptions;
import io.lockstep.data.source.TableFormat;
import io.lockstep.model.TrainedModel;
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
        boolean reject) {}
