package io.lockstep.data;

import java.util.Locale;

/** What a row of data is for. */
public enum Split {
    TRAIN,
    VALIDATION,
    TEST;

    /** The name in metrics and messages, for example {@code train}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
