package io.lockstep;

/**
 * Counts seconds on the machine's steady clock.
 *
 * @param before seconds to start from
 */
public record Stopwatch(double before, long startedNanos) {
    private static final double NANOS_PER_SECOND = 1e9;

    public static Stopwatch start() {
        return startFrom(0);
    }

    public static Stopwatch startFrom(double seconds) {
        return new Stopwatch(seconds, System.nanoTime());
    }

    public double seconds() {
        return before + (System.nanoTime() - startedNanos) / NANOS_PER_SECOND;
    }
}
