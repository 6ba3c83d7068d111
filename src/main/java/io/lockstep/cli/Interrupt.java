package io.lockstep.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jline.utils.Signals;

/**
 * Ctrl-C and SIGTERM. A shutdown hook would come too late: Spark has one of its own, which stops the context under the
 * running step.
 */
final class Interrupt {
    private Interrupt() {}

    /** From now on the first signal only makes the answer true; a second one ends the process at once. */
    static BooleanSupplier onFirstSignal() {
        AtomicBoolean requested = new AtomicBoolean();
        Runnable handler = () -> {
            if (requested.getAndSet(true)) {
                Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
            }
        };
        Signals.register("INT", handler);
        Signals.register("TERM", handler);
        return requested::get;
    }
}
