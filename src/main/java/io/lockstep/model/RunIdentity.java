package io.lockstep.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a run must have in common with a checkpoint to go on from it, bit for bit.
 *
 * @param options every option that has a part in the result, by name
 * @param data the fingerprint of each split
 */
public record RunIdentity(Map<String, String> options, Map<String, String> data) {
    public RunIdentity {
        options = new TreeMap<>(options);
        data = new TreeMap<>(data);
    }

    /** One message for each option in which another run differs from this one. */
    public List<String> optionDifferences(RunIdentity other) {
        return differences("--", options, other.options);
    }

    /** One message for each split whose rows are others. */
    public List<String> dataDifferences(RunIdentity other) {
        return differences("rows of ", data, other.data);
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
