package io.lockstep.tracking;

import io.lockstep.data.Split;
import io.lockstep.linalg.Machine;
import io.lockstep.metrics.EpochMetrics;
import io.lockstep.metrics.EpochRecord;
import io.lockstep.metrics.EpochTimes;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.nn.LossSum;
import io.lockstep.training.RunRecord;
import io.lockstep.training.RunStart;
import io.lockstep.training.TrainingObserver.EpochEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What trackers are told of a run, without training. */
public final class SampleRun {
    public static final String ID = "2c9f3b5e-0d7e-4b4e-9a55-1f2d3c4b5a69";
    public static final String DIGEST = "0123456789abcdef".repeat(4);
    public static final Map<String, Object> CONFIG = Map.of("output", "runs/a", "epochs", 9L, "learning-rate", 0.1);

    private static final Instant BEGIN = Instant.parse("2026-01-02T03:04:05.250Z");
    private static final RunRecord.Environment ENVIRONMENT = new RunRecord.Environment(
            "0.1.0", "4.2.0", 2, "resident", "Linux amd64", List.of(new Machine("none", "17", "x86")));
    private static final RunRecord.Data DATA = new RunRecord.Data(100, 20, 0, 3, 5, 2, "fingerprint");

    private SampleRun() {}

    /** @param epochs that are done already */
    public static RunStart start(int epochs) {
        return start(epochs, CONFIG);
    }

    public static RunStart start(int epochs, Map<String, Object> config) {
        List<MetricsRow> rows = IntStream.rangeClosed(1, epochs)
                .mapToObj(epoch -> metrics(epoch).rows(ID, EpochTimes.ZERO))
                .flatMap(List::stream)
                .toList();
        return new RunStart(ID, config, ENVIRONMENT, DATA, rows);
    }

    public static EpochEvent epoch(int epoch) {
        return new EpochEvent(null, metrics(epoch), EpochTimes.ZERO);
    }

    public static RunRecord record() {
        RunRecord.Score score = new RunRecord.Score(0.25, 0.9375, 100);
        RunRecord.Scores scores = new RunRecord.Scores(Map.of(Split.TRAIN, score, Split.VALIDATION, score), score);
        return new RunRecord(
                ID, List.of(), CONFIG, ENVIRONMENT, DATA, new RunRecord.Result(scores, 2, 21, 3.5, DIGEST));
    }

    /** Losses of 1 / epoch and 2 / epoch, to which the penalty adds 0.5. */
    private static EpochMetrics metrics(int epoch) {
        EpochRecord at = new EpochRecord(epoch, 7L * epoch, 0.1 / epoch, 3, 1.5 * epoch, BEGIN.plusSeconds(epoch));
        return new EpochMetrics(
                at,
                0.5,
                Map.of(
                        Split.TRAIN,
                        new EpochMetrics.OfSplit(new LossSum(100.0 / epoch, 75, 100, 100), 1000),
                        Split.VALIDATION,
                        new EpochMetrics.OfSplit(new LossSum(40.0 / epoch, 10, 20, 20), 2000)));
    }
}
