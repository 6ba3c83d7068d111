package io.lockstep.training;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An interval of numbers in the usual notation: {@code [0, 1)} is from 0 to below 1, {@code (0, )} is above 0 without
 * end. Infinity and NaN are in none.
 */
record Interval(double low, boolean withLow, double high, boolean withHigh) {
    private static final Pattern NOTATION = Pattern.compile("([\\[(])([^,\\s]*),\\s*([^,\\s]*)([])])");

    static Interval parse(String notation) {
        Matcher parts = NOTATION.matcher(notation);
        if (!parts.matches()) {
            throw new IllegalArgumentException("expected an interval such as [0, 1), found " + notation);
        }
        return new Interval(
                end(parts.group(2), Double.NEGATIVE_INFINITY),
                parts.group(1).equals("["),
                end(parts.group(3), Double.POSITIVE_INFINITY),
                parts.group(4).equals("]"));
    }

    private static double end(String number, double none) {
        return number.isEmpty() ? none : Double.parseDouble(number);
    }

    boolean contains(double number) {
        return Double.isFinite(number)
                && (withLow ? number >= low : number > low)
                && (withHigh ? number <= high : number < high);
    }

    /**
     * For a message, as in "expected …".
     *
     * @param whole whether only whole numbers are possible
     */
    String describe(boolean whole) {
        String number = whole ? "a whole number" : "a number";
        if (high == Double.POSITIVE_INFINITY) {
            if (low == Double.NEGATIVE_INFINITY) {
                return number;
            }
            return withLow
                    ? number + " from " + text(low)
                    : low == 0 ? "a positive number" : number + " above " + text(low);
        }
        return number + (withLow ? " from " : " above ") + text(low) + (withHigh ? " to " : " to below ") + text(high);
    }

    private static String text(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? String.valueOf((long) number)
                : String.valueOf(number).replace(".0E", "e");
    }
}
