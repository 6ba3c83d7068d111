package io.lockstep.data.source;

import io.lockstep.LockstepException;
import java.math.BigDecimal;
import java.util.Optional;

/** Numbers as doubles and as texts. */
final class Numbers {
    private static final double MAX_PLAIN = 1L << 53;

    private Numbers() {}

    /** The double that is this whole number; empty if there is none. */
    static Optional<Double> exactly(BigDecimal whole) {
        double nearest = whole.doubleValue();
        return Double.isFinite(nearest) && new BigDecimal(nearest).compareTo(whole) == 0
                ? Optional.of(nearest)
                : Optional.empty();
    }

    static boolean isExact(long whole) {
        double nearest = whole;
        return nearest < 0x1p63 && (long) nearest == whole;
    }

    static LockstepException inexact(String place, String column, Object value) {
        return LockstepException.data(place + ": column '" + column
                + "': expected whole numbers that a double holds exactly, as all up to 2^53 are, found " + value
                + "; leave the column out by --exclude-columns, or write it as text");
    }

    /** As a person would write it: whole numbers without a fraction. */
    static String text(double number) {
        return number == Math.rint(number) && Math.abs(number) < MAX_PLAIN && !isNegativeZero(number)
                ? Long.toString((long) number)
                : Double.toString(number);
    }

    static String text(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    private static boolean isNegativeZero(double number) {
        return number == 0 && 1 / number < 0;
    }
}
