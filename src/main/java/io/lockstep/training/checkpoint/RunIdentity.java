package io.lockstep.training.checkpoint;

import io.lockstep.LockstepException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a run must have in common with a checkpoint to go on from it, bit for bit.
 *
 * @param options every option that has a part in the result, by name
 * @param data the fingerprint of each split
 */
public record RunIdentity(Map<String, String> options, Map<String, String> data) {
    /** The values that were used before they became options, for checkpoints of that time. */
    private static final Map<String, String> BEFORE_THEY_WERE_OPTIONS = Map.of(
            "beta2", "0.999",
            "epsilon", "1.0E-8",
            "label-column", "label",
            "class-weights", "none",
            "feature-scale", "0.00390625",
            "scaling", "auto",
            "missing", "fail",
            "monitor", "accuracy",
            "unseen", "zero");

    /** Once an option of the result: the rows' fingerprints tell as much. */
    private static final String FORMAT = "format";

    private static final String FORMER_ARITHMETIC = "blas";

    public RunIdentity {
        options = new TreeMap<>(options);
        data = new TreeMap<>(data);
        if (options.containsValue(null) || data.containsValue(null)) {
            throw new IllegalArgumentException("expected a value for each option and split");
        }
    }

    /**
     * @param run that resumes from a checkpoint of this one
     * @throws LockstepException that names every difference: of kind {@code CONFIGURATION} if an option differs, else
     *     of kind {@code DATA} if a split has other rows
     */
    void requireSame(RunIdentity run) {
        requireThisArithmetic();
        List<String> optionDifferences = differences("--", withLaterOptions(options), withLaterOptions(run.options));
        List<String> dataDifferences = differences("rows of ", data, run.data);
        String message = Stream.concat(optionDifferences.stream(), dataDifferences.stream())
                .map(difference -> "cannot resume: " + difference)
                .collect(Collectors.joining("\n"));
        if (!optionDifferences.isEmpty()) {
            throw LockstepException.configuration(message);
        }
        if (!dataDifferences.isEmpty()) {
            throw LockstepException.data(message);
        }
    }

    /** Products were once rounded as a BLAS does it, which nothing here can do again. */
    private void requireThisArithmetic() {
        if (options.containsKey(FORMER_ARITHMETIC)) {
            throw LockstepException.configuration(
                    "cannot resume: expected a checkpoint of a version with --arithmetic, found"
                            + " one with --" + FORMER_ARITHMETIC + " " + options.get(FORMER_ARITHMETIC)
                            + ", whose products were"
                            + " rounded differently; train from the beginning in another directory, or resume with that version");
        }
    }

    private static Map<String, String> withLaterOptions(Map<String, String> options) {
        Map<String, String> all = new TreeMap<>(BEFORE_THEY_WERE_OPTIONS);
        all.putAll(options);
        all.remove(FORMAT);
        return all;
    }

    private static List<String> differences(String prefix, Map<String, String> mine, Map<String, String> others) {
        List<String> differences = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(mine.keySet());
        names.addAll(others.keySet());
        for (String name : names) {
            String expected = String.valueOf(mine.getOrDefault(name, "nothing"));
            String found = String.valueOf(others.getOrDefault(name, "nothing"));
            if (!expected.equals(found)) {
                differences.add(prefix + name + ": expected " + expected + ", found " + found);
            }
        }
        return differences;
    }
}
