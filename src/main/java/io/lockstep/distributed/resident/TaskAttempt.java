package io.lockstep.distributed.resident;

import java.util.Arrays;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.BarrierTaskInfo;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskKilledException;

/** One attempt at a resident task, as Spark runs it. */
record TaskAttempt(BarrierTaskContext context) {
    /** How often a task that waits looks whether Spark still wants it. */
    static final long CHECK_MILLIS = 50;

    /** The attempt that runs on this thread. */
    static TaskAttempt current() {
        return new TaskAttempt(BarrierTaskContext.get());
    }

    /** The number of the task, which is that of its partition. */
    int task() {
        return context.partitionId();
    }

    String executor() {
        return SparkEnv.get().executorId();
    }

    int tasksInThisJvm() {
        BarrierTaskInfo[] tasks = context.getTaskInfos();
        String own = tasks[task()].address();
        return Math.toIntExact(
                Arrays.stream(tasks).filter(task -> task.address().equals(own)).count());
    }

    /** @throws TaskKilledException if Spark wants the task to end */
    void requireWanted() {
        if (context.isInterrupted()) {
            throw new TaskKilledException("the attempt is over");
        }
    }
}
