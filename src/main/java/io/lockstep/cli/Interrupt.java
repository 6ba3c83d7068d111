package io.lockstep.cli;

import io.lockstep.training.TrainingObserver;
import io.lockstep.training.checkpoint.TrainingState;
import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jline.utils.Signals;

/**
 * Ctrl-C and SIGTERM. Until training starts they end the process, as they do anywhere. From then on the first one only
 * asks training to stop after its step, and a second one ends the process at once. A shutdown hook would come too late:
 * Spark has one of its own, which stops the context under the running step.
 */
final class Interrupt implements TrainingObserver, BooleanSupplier {
    private final AtomicBoolean requested = new AtomicBoolean();
    private final PrintWriter err;

    Interrupt(PrintWriter err) {
        this.err = err;
    }

    /** Whether training is to stop. */
    @Override
    public boolean getAsBoolean() {
        return requested.get();
    }

    @Override
    public void trainingStarted(TrainingState start) {
        Signals.register("INT", this::signalled);
        Signals.register("TERM", this::signalled);
    }

    private void signalled() {
        if (requested.getAndSet(true)) {
            Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
        }
        err.println("lockstep: finishing the step; interrupt again to stop at once");
    }
}
