package io.lockstep;

import java.util.Locale;
import java.util.Optional;

/**
 * A failure that its reader can do something about: the message says what was expected, what was found and where, and
 * needs no stack trace. Messages quote names and contents of files, so they are made {@link #printable}.
 */
public final class LockstepException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Whose fault it is; the command line turns it into an exit code. */
    public enum Kind {
        /** A wrong option, configuration key or combination of them. */
        CONFIGURATION,
        /** An input file that is missing, damaged or not what it claims to be. */
        DATA,
        /** The loss or a gradient is no longer a finite number. */
        DIVERGED,
        /** The run was asked to stop; it can be resumed. */
        INTERRUPTED
    }

    private final Kind kind;

    private LockstepException(Kind kind, String message, Throwable cause) {
        super(printable(message), cause);
        this.kind = kind;
    }

    public static LockstepException configuration(String message) {
        return new LockstepException(Kind.CONFIGURATION, message, null);
    }

    public static LockstepException configuration(String message, Throwable cause) {
        return new LockstepException(Kind.CONFIGURATION, message, cause);
    }

    public static LockstepException data(String message) {
        return new LockstepException(Kind.DATA, message, null);
    }

    public static LockstepException data(String message, Throwable cause) {
        return new LockstepException(Kind.DATA, message, cause);
    }

    public static LockstepException diverged(String message) {
        return new LockstepException(Kind.DIVERGED, message, null);
    }

    public static LockstepException interrupted(String message) {
        return new LockstepException(Kind.INTERRUPTED, message, null);
    }

    public Kind kind() {
        return kind;
    }

    /**
     * A text without control characters, which could move a terminal's cursor, colour it or give it orders: each of
     * them but the newline is written out, an escape as a backslash and {@code u001b}.
     */
    public static String printable(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        for (char character : text.toCharArray()) {
            if (Character.isISOControl(character) && character != '\n') {
                printable.append(String.format(Locale.ROOT, "\\u%04x", (int) character));
            } else {
                printable.append(character);
            }
        }
        return printable.toString();
    }

    /** Finds the user-facing failure behind whatever Spark wrapped around it on its way to the driver. */
    public static Optional<LockstepException> within(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof LockstepException found) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }
}
