package io.lockstep.training;

import io.lockstep.data.ShardedDataset;
import io.lockstep.data.Split;
import io.lockstep.model.TrainedModel;
import java.io.IOException;
import java.util.Map;

/** Judges the result of a run by rows that it did not learn from, in more detail than the metrics of an epoch do. */
@FunctionalInterface
public interface FinalEvaluation {
    /** Judges nothing. */
    FinalEvaluation NONE = (model, dataset, split) -> Map.of();

    /**
     * The files that say what was found, by name, in the order in which they are to be written.
     *
     * @param split of the dataset, with at least one row
     */
    Map<String, byte[]> of(TrainedModel model, ShardedDataset dataset, Split split) throws IOException;
}
