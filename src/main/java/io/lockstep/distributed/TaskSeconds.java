package io.lockstep.distributed;

/**
 * How long the tasks of a step took to compute.
 *
 * @param slowest seconds of the slowest
 * @param total seconds of all of them
 */
public record TaskSeconds(double slowest, double total, int tasks) {
    public static final TaskSeconds NONE = new TaskSeconds(0, 0, 0);

    public static TaskSeconds of(double seconds) {
        return new TaskSeconds(seconds, seconds, 1);
    }

    public TaskSeconds plus(TaskSeconds other) {
        return new TaskSeconds(Math.max(slowest, other.slowest), total + other.total, tasks + other.tasks);
    }

    public double mean() {
        return total / tasks;
    }
}
