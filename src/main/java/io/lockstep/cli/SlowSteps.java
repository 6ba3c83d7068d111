package io.lockstep.cli;

import io.lockstep.training.TrainingObserver;
import io.lockstep.training.checkpoint.TrainingState;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.JavaSparkStatusTracker;

/**
 * Says what training waits for when nothing has happened for ten seconds, and again after twice the time. Otherwise a
 * machine that has gone would be a minute and more of silence.
 */
final class SlowSteps implements TrainingObserver, AutoCloseable {
    private static final long PATIENCE_SECONDS = 10;

    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(SlowSteps::thread);
    private final Supplier<String> reason;
    private final AtomicReference<Waiting> waiting = new AtomicReference<>();

    /** @param since of {@link System#nanoTime} */
    private record Waiting(String what, long since, long patienceSeconds) {}

    /** @param reason what is being waited for, in words */
    SlowSteps(Supplier<String> reason) {
        this.reason = reason;
    }

    static SlowSteps of(JavaSparkContext spark, PrintWriter err) {
        SlowSteps steps = new SlowSteps(() -> reason(spark.statusTracker()));
        steps.watch.scheduleWithFixedDelay(
                () -> steps.line(System.nanoTime()).ifPresent(line -> err.println("lockstep: " + line)),
                1,
                1,
                TimeUnit.SECONDS);
        return steps;
    }

    @Override
    public void trainingStarted(TrainingState start) {
        waitFor("the first step");
    }

    @Override
    public void stepCompleted(StepEvent event) {
        waitFor(
                event.step() < event.stepsPerEpoch()
                        ? "step " + (event.step() + 1) + "/" + event.stepsPerEpoch() + " of epoch " + event.epoch()
                        : "the evaluation after epoch " + event.epoch());
    }

    @Override
    public void epochCompleted(EpochEvent event) {
        waitFor("the next step after epoch " + event.metrics().at().epoch());
    }

    /** What to say at a time of {@link System#nanoTime}; each thing once. */
    Optional<String> line(long nanos) {
        Waiting now = waiting.get();
        if (now == null || nanos - now.since() < TimeUnit.SECONDS.toNanos(now.patienceSeconds())) {
            return Optional.empty();
        }
        waiting.compareAndSet(now, new Waiting(now.what(), now.since(), 2 * now.patienceSeconds()));
        long seconds = TimeUnit.NANOSECONDS.toSeconds(nanos - now.since());
        return Optional.of(now.what() + " has taken " + seconds + " s so far, waiting for " + reason.get());
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }

    private void waitFor(String what) {
        waiting.set(new Waiting(what, System.nanoTime(), PATIENCE_SECONDS));
    }

    private static String reason(JavaSparkStatusTracker spark) {
        String stages = Arrays.stream(spark.getActiveStageIds())
                .mapToObj(spark::getStageInfo)
                .filter(stage -> stage != null) // it may have ended meanwhile
                .map(SlowSteps::reason)
                .collect(Collectors.joining(", "));
        if (stages.isEmpty()) {
            return "the driver; no task is running";
        }
        String places = Arrays.stream(spark.getExecutorInfos())
                .filter(executor -> executor.numRunningTasks() > 0)
                .map(executor -> executor.host() + ":" + executor.port())
                .sorted()
                .collect(Collectors.joining(", "));
        return stages + (places.isEmpty() ? "; no executor runs any" : "; executors with tasks: " + places);
    }

    private static String reason(SparkStageInfo stage) {
        int left = stage.numTasks() - stage.numCompletedTasks();
        return left + " of " + stage.numTasks() + " tasks, of which " + stage.numActiveTasks() + " are running and "
                + stage.numFailedTasks() + " attempts have failed";
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "lockstep-slow-steps");
        thread.setDaemon(true);
        return thread;
    }
}
