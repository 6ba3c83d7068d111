package io.lockstep.distributed.resident;

import io.lockstep.LockstepException;
import io.lockstep.distributed.ExchangeChoice;
import java.util.Locale;

/**
 * How weights and gradients travel, and why.
 *
 * @param reason for the user
 */
record Route(boolean amongExecutors, String reason) {
    /** With fewer, all that passes the driver's link is hardly more than what passes each link otherwise. */
    private static final int FEWEST_EXECUTORS = 3;

    /**
     * Of all executors' weights together. With links of some 3 Gbit/s both ways then take the same time, by the cost
     * model of docs/scaling.md. With fewer bytes, or with faster links, the additional messages may cost more than the
     * network saves.
     */
    private static final long FEWEST_BYTES = 4 << 20;

    /**
     * Decides.
     *
     * @param executors with tasks
     * @param possible whether executors can hear each other
     * @throws LockstepException of kind {@code CONFIGURATION} if it is impossible although it was asked for
     */
    static Route of(ExchangeChoice choice, int executors, int parameterCount, boolean possible) {
        if (executors == 0 || choice == ExchangeChoice.DRIVER) {
            return new Route(false, "as --exchange says");
        }
        if (!possible) {
            String needed = "spark.shuffle.manager=" + ExchangeShuffleManager.class.getName();
            if (choice == ExchangeChoice.EXECUTORS) {
                throw LockstepException.configuration("--exchange executors: expected " + needed
                        + ", found another shuffle manager; use it, or --exchange driver");
            }
            return new Route(false, "the other way needs " + needed);
        }
        if (parameterCount < executors) { // then some would own no slice
            return new Route(false, "fewer parameters than executors");
        }
        if (choice == ExchangeChoice.EXECUTORS) {
            return new Route(true, "as --exchange says");
        }
        long bytes = (long) Float.BYTES * parameterCount;
        String what = String.format(Locale.ROOT, "%d executors, %.1f MB of weights", executors, bytes / 1e6);
        return new Route(executors >= FEWEST_EXECUTORS && executors * bytes >= FEWEST_BYTES, what);
    }

    @Override
    public String toString() {
        return "exchange " + (amongExecutors ? "among executors: " : "through the driver: ") + reason;
    }
}
