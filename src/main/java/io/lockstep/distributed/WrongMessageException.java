package io.lockstep.distributed;

import java.util.Locale;

/** A message between tasks and the driver that is not as it must be; the attempt that it belongs to ends. */
public final class WrongMessageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public WrongMessageException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Checks a part of a message.
     *
     * @param format what was expected and what was found, as for {@link String#format}
     */
    public static void unless(boolean right, String format, Object... arguments) {
        if (!right) {
            throw new WrongMessageException(String.format(Locale.ROOT, format, arguments), null);
        }
    }
}
