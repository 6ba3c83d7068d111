package io.lockstep.cluster;

import io.lockstep.training.FaultyFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationStart;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/**
 * Runs in a driver under test and does violence, by process id, to executors or to the driver itself at a chosen
 * moment: {@code spark.lockstep.test.fault = ACTION STAGE COUNT MOMENT}. The moment comes after the COUNT-th task has
 * started of stages whose name contains STAGE: a number of milliseconds later, or before the driver writes a file whose
 * name contains MOMENT.
 */
public final class FaultListener extends SparkListener {
    static final String KEY = "spark.lockstep.test.fault";

    /** What is done. */
    enum Action {
        KILL_EXECUTOR,
        KILL_ALL_EXECUTORS,
        PAUSE_EXECUTOR,
        /** What YARN and Kubernetes do first when they take its place from an application. */
        TERMINATE_EXECUTOR,
        /** What a machine's manager does before it takes the machine away. */
        DECOMMISSION_EXECUTOR,
        KILL_DRIVER
    }

    private static final String EXECUTOR = "CoarseGrainedExecutorBackend";
    private static final int PAUSE_SECONDS = 4;

    private final Action action;
    private final String stageName;
    private final int count;
    private final String moment;
    private final Map<Integer, String> stageNames = new HashMap<>();
    private String applicationId;
    private int tasks;

    public FaultListener(SparkConf conf) {
        String[] fault = conf.get(KEY).split(" ");
        action = Action.valueOf(fault[0]);
        stageName = fault[1];
        count = Integer.parseInt(fault[2]);
        moment = fault[3];
    }

    static String fault(Action action, String stage, int count, Object moment) {
        return action + " " + stage + " " + count + " " + moment;
    }

    @Override
    public void onApplicationStart(SparkListenerApplicationStart start) {
        applicationId = start.appId().get();
    }

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
        stageNames.put(
                submitted.stageInfo().stageId(),
                submitted.stageInfo().name() + " " + submitted.stageInfo().details());
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
        if (stageNames.getOrDefault(start.stageId(), "").contains(stageName) && ++tasks == count) {
            atTheMoment(() -> actAndReport(start.taskInfo().executorId()));
        }
    }

    private void atTheMoment(Runnable fault) {
        if (!moment.chars().allMatch(Character::isDigit)) {
            FaultyFileSystem.onceBeforeWriting(moment, fault);
        } else if (moment.equals("0")) {
            fault.run();
        } else {
            CompletableFuture.delayedExecutor(Long.parseLong(moment), TimeUnit.MILLISECONDS)
                    .execute(fault);
        }
    }

    private void actAndReport(String executorId) {
        if (action == Action.KILL_DRIVER) {
            System.out.println("fault: " + action); // nothing can be said afterwards
        }
        act(executorId);
        System.out.println("fault: " + action);
    }

    private void act(String executorId) {
        switch (action) {
            case KILL_DRIVER -> signal("KILL", ProcessHandle.current().pid());
            case KILL_EXECUTOR -> executors(executorId).forEach(pid -> signal("KILL", pid));
            case KILL_ALL_EXECUTORS -> executors(null).forEach(pid -> signal("KILL", pid));
            case PAUSE_EXECUTOR -> executors(executorId).forEach(FaultListener::pause);
            case TERMINATE_EXECUTOR -> executors(executorId).forEach(pid -> signal("TERM", pid));
            case DECOMMISSION_EXECUTOR -> executors(executorId).forEach(pid -> signal("PWR", pid));
        }
    }

    private static void pause(long pid) {
        signal("STOP", pid);
        run("sh", "-c", "(sleep " + PAUSE_SECONDS + "; kill -CONT " + pid + ") > /dev/null 2>&1 &");
    }

    /** Process ids of the executors of this application, or of one of them. */
    private List<Long> executors(String executorId) {
        List<Long> found = ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> {
                    List<String> words = commandLine(pid);
                    return words.stream().anyMatch(word -> word.contains(EXECUTOR))
                            && words.contains(applicationId)
                            && (executorId == null
                                    || words.get(words.indexOf("--executor-id") + 1)
                                            .equals(executorId));
                })
                .toList();
        if (found.isEmpty()) {
            throw new IllegalStateException("no executor " + executorId + " of " + applicationId);
        }
        return found;
    }

    private static List<String> commandLine(long pid) {
        try {
            return Stream.of(Files.readString(Path.of("/proc/" + pid + "/cmdline"))
                            .split("\0"))
                    .toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    private static void signal(String name, long pid) {
        run("kill", "-" + name, String.valueOf(pid));
    }

    private static void run(String... command) {
        try {
            int exitCode = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (exitCode != 0) {
                throw new IllegalStateException(String.join(" ", command) + " ended with " + exitCode);
            }
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(String.join(" ", command), failure);
        }
    }
}
