package io.lockstep.cli;

import io.lockstep.metrics.EpochTimes;
import io.lockstep.training.TrainingOutcome;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/** What a run came to, in a few lines. */
final class ClosingTable {
    private static final Map<String, String> NAMES = new LinkedHashMap<>();

    static {
        NAMES.put("inSample", "in-sample");
        NAMES.put("validation", "validation");
        NAMES.put("test", "test");
    }

    private ClosingTable() {}

    static void print(TrainingOutcome outcome, Path directory, PrintWriter out) {
        Map<String, TrainingOutcome.Score> scores = outcome.scores();
        out.println();
        out.printf(Locale.ROOT, "%-12s %10s %10s %10s%n", "", "examples", "loss", "accuracy");
        NAMES.forEach((key, name) -> {
            TrainingOutcome.Score score = scores.get(key);
            if (score != null) {
                out.printf(
                        Locale.ROOT,
                        "%-12s %10d %10.5f %10.5f%n",
                        name,
                        score.examples(),
                        score.loss(),
                        score.accuracy());
            }
        });
        EpochTimes times = outcome.times();
        out.printf(
                Locale.ROOT,
                "%nseconds: scheduling %.1f, broadcast %.1f, compute %.1f (mean task %.1f), aggregation %.1f,"
                        + " update %.1f, evaluation %.1f%n",
                times.steps().scheduling(),
                times.steps().broadcast(),
                times.steps().computeSlowest(),
                times.steps().computeMean(),
                times.steps().aggregation(),
                times.update(),
                times.evaluation());
        out.printf(
                Locale.ROOT,
                "trained %d steps in %.1f s, kept epoch %d, run directory %s%n",
                outcome.steps(),
                outcome.seconds(),
                outcome.keptEpoch(),
                directory);
        out.println("weights sha256 " + outcome.weightsSha256());
        out.flush();
    }
}
