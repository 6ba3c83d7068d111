package io.lockstep.report;

import io.lockstep.data.Split;
import io.lockstep.linalg.Machine;
import io.lockstep.metrics.EpochRecord;
import io.lockstep.metrics.EpochTimes;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.metrics.StepTimes;
import io.lockstep.training.RunRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs as pages show them, without training. */
final class SampleRuns {
    static final String DIGEST = "0123456789abcdef".repeat(4);
    static final String HOSTILE =
            "</script><script>alert(1)</script> \"quoted\" 'single' & \u0001 " + "long".repeat(300);

    private SampleRuns() {}

    static Run complete(String name, int epochs) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("train", "data/it's here/train-images");
        config.put("epochs", (long) epochs);
        config.put("learning-rate", 0.1);
        config.put("resume", false);
        config.put("output", name);
        return complete(name, config, rows(epochs, 1));
    }

    static Run complete(String name, Map<String, Object> config, List<MetricsRow> rows) {
        RunRecord.Score score = new RunRecord.Score(0.25, 0.9375, 100);
        RunRecord.Result result = new RunRecord.Result(
                new RunRecord.Scores(Map.of(Split.TRAIN, score, Split.VALIDATION, score), score), 1, 70, 3.5, DIGEST);
        RunRecord record = new RunRecord(
                "the run's id",
                List.of(),
                config,
                new RunRecord.Environment(
                        "0.1.0", "4.2.0", 2, "resident", "Linux amd64", List.of(new Machine("none", "17", "x86"))),
                new RunRecord.Data(100, 20, 0, 3, 5, 2, "fingerprint"),
                result);
        return Run.of(record, name, rows, Run.Findings.NONE);
    }

    /** @param factor of losses, gradient norms and rates */
    static List<MetricsRow> rows(int epochs, double factor) {
        List<MetricsRow> rows = new ArrayList<>();
        for (int epoch = 1; epoch <= epochs; epoch++) {
            EpochRecord at = new EpochRecord(epoch, 7L * epoch, 0.1 * factor, 3 * factor, epoch, Instant.EPOCH);
            for (Split split : List.of(Split.TRAIN, Split.VALIDATION)) {
                MetricsRow.Means means = new MetricsRow.Means(100, factor / epoch, 0, 1 - 0.5 / epoch, 1000 * factor);
                StepTimes steps = new StepTimes(0.01, 0.1, 0.3, 0.4, 0.02);
                rows.add(new MetricsRow("the run's id", at, split, means, new EpochTimes(steps, 0.03, 0.1)));
            }
        }
        return rows;
    }
}
