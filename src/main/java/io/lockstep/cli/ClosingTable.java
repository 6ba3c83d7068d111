package io.lockstep.cli;

import io.lockstep.data.Split;
import io.lockstep.metrics.EpochTimes;
import io.lockstep.training.RunRecord;
import io.lockstep.training.TrainingOutcome;
import java.io.PrintWriter;
import java.util.Locale;
import org.apache.hadoop.fs.Path;

/** What a run came to, in a few lines. */
final class ClosingTable {
    private ClosingTable() {}

    static void print(TrainingOutcome outcome, Path directory, PrintWriter out) {
        RunRecord.Result result = outcome.record().result();
        RunRecord.Scores scores = result.scores();
        out.println();
        out.printf(Locale.ROOT, "%-12s %10s %10s %10s%n", "", "examples", "loss", "accuracy");
        print("in-sample", scores.inSample(), out);
        scores.of(Split.VALIDATION).ifPresent(score -> print("validation", score, out));
        scores.of(Split.TEST).ifPresent(score -> print("test", score, out));
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
                result.steps(),
                result.seconds(),
                result.keptEpoch(),
                directory);
        out.println("weights sha256 " + result.weightsSha256());
        out.flush();
    }

    private static void print(String name, RunRecord.Score score, PrintWriter out) {
        out.printf(Locale.ROOT, "%-12s %10d %10.5f %10.5f%n", name, score.examples(), score.loss(), score.accuracy());
    }
}
