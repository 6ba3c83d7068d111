package io.lockstep.report;

import io.lockstep.LockstepException;
import io.lockstep.data.Split;
import io.lockstep.metrics.EpochTimes;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.training.RunDirectory;
import io.lockstep.training.RunRecord;
import io.lockstep.training.RunStart;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run, as far as it has come and as far as it is known.
 *
 * @param name the location of its directory
 * @param start empty for an incomplete run of which only the metrics are there
 * @param rows by epoch and then by split
 * @param outcome how it ended
 * @param findings what other files of the directory say
 */
record Run(String name, Optional<RunStart> start, List<MetricsRow> rows, Outcome outcome, Findings findings) {
    /** How far a run has come. */
    enum State {
        COMPLETE("complete"),
        RUNNING("still running"),
        STOPPED("stopped before its end"),
        /** Without a result, but who reads its directory cannot know whether it goes on. */
        INCOMPLETE("not complete");

        private final String words;

        State(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** @param result of a complete run */
    record Outcome(State state, Optional<RunRecord.Result> result) {
        static Outcome without(State state) {
            return new Outcome(state, Optional.empty());
        }

        static Outcome of(RunRecord.Result result) {
            return new Outcome(State.COMPLETE, Optional.of(result));
        }
    }

    /** What is drawn from the model and from its evaluation. */
    record Findings(
            Optional<EvaluationRecord> evaluation, Optional<MistakeImages> mistakes, Optional<FirstLayer> firstLayer) {
        static final Findings NONE = new Findings(Optional.empty(), Optional.empty(), Optional.empty());

        static Findings read(RunDirectory directory, RunRecord record) throws IOException {
            return new Findings(
                    EvaluationRecord.read(directory.evaluation()),
                    MistakeImages.read(directory.evaluation()),
                    FirstLayer.read(directory.model(), record));
        }
    }

    Run {
        rows = List.copyOf(rows);
    }

    /**
     * Reads a run directory.
     *
     * @throws LockstepException of kind {@code DATA} if it is none, or one of its files is damaged
     */
    static Run read(RunDirectory directory) throws IOException {
        String name = directory.path().toString();
        List<MetricsRow> rows = directory.metrics().read();
        if (directory.directory().files().contains(RunRecord.FILE)) {
            RunRecord record = RunRecord.read(directory.directory());
            return of(record, name, rows, Findings.read(directory, record));
        }
        if (rows.isEmpty()) {
            throw LockstepException.data(name + ": expected a run directory with " + RunRecord.FILE
                    + " or with metrics of at least one epoch, found neither");
        }
        return new Run(name, Optional.empty(), rows, Outcome.without(State.INCOMPLETE), Findings.NONE);
    }

    static Run of(RunRecord record, String name, List<MetricsRow> rows, Findings findings) {
        RunStart start = new RunStart(record.runId(), record.config(), record.environment(), record.data(), List.of());
        return new Run(name, Optional.of(start), rows, Outcome.of(record.result()), findings);
    }

    /** The last part of its name. */
    String shortName() {
        String path = name.replaceAll("/+$", "");
        String last = path.substring(path.lastIndexOf('/') + 1);
        return last.isBlank() ? name : last;
    }

    /** The value of each option by its name; none if they are not known. */
    Map<String, Object> config() {
        return start.map(RunStart::config).orElse(Map.of());
    }

    List<MetricsRow> of(Split split) {
        return rows.stream().filter(row -> row.split() == split).toList();
    }

    /** One row an epoch, for what is the same in all splits. */
    List<MetricsRow> epochs() {
        return of(Split.TRAIN);
    }

    Optional<MetricsRow> last() {
        return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(rows.size() - 1));
    }

    /** Where the time of all epochs went. */
    EpochTimes times() {
        return epochs().stream().map(MetricsRow::times).reduce(EpochTimes.ZERO, EpochTimes::plus);
    }
}
