package io.lockstep.distributed;

import java.util.Locale;

/** The values of {@code --exchange}: over which links the resident engine's weights and gradients travel. */
public enum ExchangeChoice {
    /** The one that should be faster, by the number of executors and the size of the model. */
    AUTO,
    /** All weights and gradients between the driver and each executor. */
    DRIVER,
    /** Executors add gradients and hand out weights among themselves, each its slices; the driver sees them once. */
    EXECUTORS;

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
