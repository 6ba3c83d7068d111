package io.lockstep.training;

import io.lockstep.metrics.EpochMetrics;
import io.lockstep.metrics.EpochTimes;
import io.lockstep.training.checkpoint.Progress;
import java.io.IOException;

/** Records a training while it runs. If that fails, the training ends. */
interface Journal {
    /** A training without traces. */
    Journal NONE = new Journal() {
        @Override
        public void metrics(EpochMetrics metrics, EpochTimes times) {}

        @Override
        public void checkpoint(Progress progress) {}
    };

    void metrics(EpochMetrics metrics, EpochTimes times) throws IOException;

    /** @param progress its arrays are written by later steps */
    void checkpoint(Progress progress) throws IOException;
}
