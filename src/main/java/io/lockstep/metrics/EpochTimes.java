package io.lockstep.metrics;

/**
 * Where the time of an epoch went, in seconds.
 *
 * @param steps summed over the steps
 * @param update of the parameters, summed over the steps
 * @param evaluation of all splits at the end
 */
public record EpochTimes(StepTimes steps, double update, double evaluation) {
    public static final EpochTimes ZERO = new EpochTimes(StepTimes.ZERO, 0, 0);

    public EpochTimes plus(EpochTimes other) {
        return new EpochTimes(steps.plus(other.steps), update + other.update, evaluation + other.evaluation);
    }
}
