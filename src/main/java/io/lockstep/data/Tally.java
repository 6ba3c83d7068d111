package io.lockstep.data;

import java.io.Serializable;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/** Counts the rows of a shard by label, and adds up their hashes. */
final class Tally implements Serializable {
    private static final long serialVersionUID = 1;

    private final TreeMap<Label, LabelRows> labels = new TreeMap<>();
    private Fingerprint fingerprint = Fingerprint.EMPTY;

    void add(Label label, RowHash hash) {
        labels.merge(label, LabelRows.of(hash), LabelRows::plus);
        fingerprint = fingerprint.plus(hash);
    }

    SortedMap<Label, LabelRows> labels() {
        return labels;
    }

    Fingerprint fingerprint() {
        return fingerprint;
    }

    int rowCount() {
        return Math.toIntExact(
                labels.values().stream().mapToLong(LabelRows::count).sum());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tally tally && labels.equals(tally.labels) && fingerprint.equals(tally.fingerprint);
    }

    @Override
    public int hashCode() {
        return Objects.hash(labels, fingerprint);
    }

    @Override
    public String toString() {
        return labels + " " + fingerprint;
    }
}
