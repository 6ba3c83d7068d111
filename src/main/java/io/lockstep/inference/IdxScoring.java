package io.lockstep.inference;

import io.lockstep.LockstepException;
import io.lockstep.data.IdxSource;
import io.lockstep.data.Label;
import io.lockstep.data.RowFormat;
import io.lockstep.data.prepare.ColumnPreparation;
import io.lockstep.model.TrainedModel;
import java.util.Collections;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.types.StructField;

/**
 * Scores the rows of IDX files.
 *
 * @param labelled whether labels are read
 */
record IdxScoring(JavaSparkContext spark, IdxSource source, Broadcast<TrainedModel> model, boolean labelled)
        implements ScoringData {
    static IdxScoring open(JavaSparkContext spark, ScoringRequest request, Configuration hadoop) {
        IdxSource source = IdxSource.open(request.uri(), hadoop);
        int found = source.format().featureCount();
        TrainedModel model = request.model();
        if (!(model.preparation().columns().get(0) instanceof ColumnPreparation.Bytes)) {
            throw LockstepException.data(
                    request.uri() + ": expected a table, as the model was trained on, found idx files");
        }
        if (found != model.preparation().valueCount()) {
            throw LockstepException.data(request.uri() + ": expected the "
                    + model.preparation().valueCount() + " features that the model was trained on, found " + found);
        }
        return new IdxScoring(
                spark, source, spark.broadcast(model), request.label().isPresent());
    }

    @Override
    public List<StructField> keptColumns() {
        return List.of();
    }

    @Override
    public JavaRDD<ScoredRow> scored() {
        RowFormat format = source.format();
        Broadcast<TrainedModel> broadcast = model;
        boolean withLabels = labelled;
        return source.rows(spark).mapPartitions(rows -> {
            TrainedModel scorer = broadcast.value();
            float scale =
                    ((ColumnPreparation.Bytes) scorer.preparation().columns().get(0)).scale();
            return new BatchScorer<>(rows, scorer, (row, inputs, offset) -> {
                for (int i = 0; i < format.featureCount(); i++) {
                    inputs[offset + i] = (row[i] & 0xff) * scale;
                }
                return new ScoredRow(new Object[0], null, withLabels ? truth(row, format, scorer) : -1, 1, null);
            });
        });
    }

    private static int truth(byte[] row, RowFormat format, TrainedModel model) {
        Label label = Label.of(format.label(row, 0));
        int truth = Collections.binarySearch(model.classes(), label);
        if (truth < 0) {
            throw LockstepException.data("expected one of the model's labels " + model.classes() + ", found " + label);
        }
        return truth;
    }
}
