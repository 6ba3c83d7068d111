package io.lockstep.training;

import io.lockstep.metrics.MetricsRow;
import java.io.IOException;
import java.util.List;

/** Draws the metrics of a run. The rooms that can draw are above this one. */
@FunctionalInterface
public interface Pictures {
    /** @param rows of all epochs and splits */
    byte[] png(List<MetricsRow> rows) throws IOException;
}
