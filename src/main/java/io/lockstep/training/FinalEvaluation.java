package io.lockstep.training;

import io.lockstep.data.ShardedDataset;
import io.lockstep.data.Split;
import io.lockstep.model.TrainedModel;
import io.lockstep.storage.Directory;
import java.io.IOException;

/** Judges the result of a run by rows that it did not learn from, in more detail than the metrics of an epoch do. */
@FunctionalInterface
public interface FinalEvaluation {
    /** Judges nothing. */
    FinalEvaluation NONE = (model, dataset, split, directory) -> {};

    /**
     * @param split of the dataset, with at least one row
     * @param directory where to write what was found
     */
    void write(TrainedModel model, ShardedDataset dataset, Split split, Directory directory) throws IOException;
}
