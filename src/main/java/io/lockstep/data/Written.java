package io.lockstep.data;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** What texts in files without types mean. */
final class Written {
    private static final Pattern PLAIN_INTEGER = Pattern.compile("[+-]?(0|[1-9][0-9]*)");

    private Written() {}

    /** A decimal number, with or without an exponent; neither NaN nor infinity. */
    static OptionalDouble number(String text) {
        String stripped = text.strip();
        return isNumber(stripped) ? OptionalDouble.of(Double.parseDouble(stripped)) : OptionalDouble.empty();
    }

    /** 1 for true, 0 for false, whatever the case. */
    static OptionalDouble truth(String text) {
        String stripped = text.strip();
        if (stripped.equalsIgnoreCase("true")) {
            return OptionalDouble.of(1);
        }
        return stripped.equalsIgnoreCase("false") ? OptionalDouble.of(0) : OptionalDouble.empty();
    }

    /** Of a number such as 007: whoever wrote it meant a name. */
    static boolean hasLeadingZero(String number) {
        String digits = number.strip().replaceFirst("^[+-]", "");
        return digits.length() > 1 && digits.charAt(0) == '0' && Character.isDigit(digits.charAt(1));
    }

    static Optional<Long> plainInteger(String text) {
        String stripped = text.strip();
        if (!PLAIN_INTEGER.matcher(stripped).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.valueOf(stripped));
        } catch (NumberFormatException tooLarge) {
            return Optional.empty();
        }
    }

    private static boolean isNumber(String text) {
        int at = sign(text, 0);
        int start = at;
        at = digits(text, at);
        int digits = at - start;
        if (at < text.length() && text.charAt(at) == '.') {
            int fraction = at + 1;
            at = digits(text, fraction);
            digits += at - fraction;
        }
        if (digits > 0 && at < text.length() && (text.charAt(at) | 0x20) == 'e') {
            int exponent = sign(text, at + 1);
            at = digits(text, exponent);
            digits = at - exponent;
        }
        return digits > 0 && at == text.length();
    }

    private static int sign(String text, int at) {
        return at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-') ? at + 1 : at;
    }

    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }
}
