package io.lockstep.training;

import io.lockstep.metrics.MetricsRow;
import java.util.List;
import java.util.Map;

/**
 * What is known of a run before its first step.
 *
 * @param config the value of each option, by its name, as in {@link RunRecord}
 * @param rows metrics of the epochs before the checkpoint at which it resumes; none if it starts at the beginning
 */
public record RunStart(
        String runId,
        Map<String, Object> config,
        RunRecord.Environment environment,
        RunRecord.Data data,
        List<MetricsRow> rows) {
    public RunStart {
        rows = List.copyOf(rows);
    }
}
