package io.lockstep.data;

import java.io.Serializable;
import java.util.Locale;

/**
 * Tells data sets apart: the sums, modulo 2⁶⁴, of both halves of all rows' hashes. It does not depend on the order of
 * rows, on files or on shards. It detects accidents, not forgery.
 */
public record Fingerprint(long placementSum, long splitSum) implements Serializable {
    static final Fingerprint EMPTY = new Fingerprint(0, 0);

    Fingerprint plus(RowHash hash) {
        return plus(new Fingerprint(hash.placement(), hash.split()));
    }

    Fingerprint plus(Fingerprint other) {
        return new Fingerprint(placementSum + other.placementSum, splitSum + other.splitSum);
    }

    /** 32 hexadecimal digits. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%016x%016x", placementSum, splitSum);
    }
}
