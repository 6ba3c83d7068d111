package io.lockstep.metrics;

/**
 * Where the time of steps went, in seconds. A step takes {@code broadcast + scheduling + computeSlowest + aggregation},
 * one after the other, and then its update.
 *
 * @param broadcast until the weights are ready to be fetched, and to withdraw them
 * @param scheduling of a step's tasks until their results are back, without the slowest task's computing
 * @param computeMean of a step's tasks, the mean
 * @param computeSlowest of a step's tasks, the slowest
 * @param aggregation adding the tasks' results on the driver; those of resident tasks are added as they come, which is
 *     part of scheduling
 */
public record StepTimes(
        double broadcast, double scheduling, double computeMean, double computeSlowest, double aggregation) {
    public static final StepTimes ZERO = new StepTimes(0, 0, 0, 0, 0);

    public StepTimes plus(StepTimes other) {
        return new StepTimes(
                broadcast + other.broadcast,
                scheduling + other.scheduling,
                computeMean + other.computeMean,
                computeSlowest + other.computeSlowest,
                aggregation + other.aggregation);
    }
}
