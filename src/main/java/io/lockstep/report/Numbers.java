package io.lockstep.report;

import java.util.Locale;

/** Numbers as the pages show them. */
final class Numbers {
    private static final double SHORT_FROM = 1e-3;
    private static final double SHORT_TO = 1e5;

    private Numbers() {}

    /** With five decimals, as the command line prints losses and accuracies. */
    static String score(double value) {
        return Double.isFinite(value) && Math.abs(value) < SHORT_TO
                ? String.format(Locale.ROOT, "%.5f", value)
                : general(value);
    }

    /** A whole number as such, and else four significant digits, with an exponent where it is short of room. */
    static String general(double value) {
        if (Double.isNaN(value)) {
            return "not a number";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "infinite" : "−infinite";
        }
        double size = Math.abs(value);
        if (size < SHORT_TO && value == Math.rint(value)) {
            return count((long) value);
        }
        if (size < SHORT_FROM || size >= SHORT_TO) {
            return String.format(Locale.ROOT, "%.3e", value);
        }
        int decimals = Math.max(0, 3 - (int) Math.floor(Math.log10(size)));
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    static String seconds(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.2f", value) : general(value);
    }

    static String percent(double part) {
        return Double.isFinite(part) ? String.format(Locale.ROOT, "%.1f %%", 100 * part) : general(part);
    }

    /** For coordinates in pictures. */
    static String coordinate(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    static String count(long value) {
        return String.format(Locale.ROOT, "%d", value);
    }
}
