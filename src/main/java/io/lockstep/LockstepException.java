package io.lockstep;

import java.util.Optional;

/**
 * A failure that its reader can mend: the message says what was expected, what was found and where, and stands alone
 * without a stack trace.
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
        /** Somebody asked the run to stop; it can go on. */
        INTERRUPTED
    }

    private final Kind kind;

    private LockstepException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public static LockstepException configuration(String message) {
        return new LockstepException(Kind.CONFIGURATION, message, null);
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
