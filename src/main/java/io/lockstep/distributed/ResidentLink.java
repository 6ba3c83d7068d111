package io.lockstep.distributed;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.BarrierTaskInfo;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskKilledException;

/** How a resident task comes to the steps that it takes part in. */
final class ResidentLink {
    /** How often a task that waits looks whether Spark still wants it. */
    static final long CHECK_MILLIS = 50;

    private ResidentLink() {}

    /**
     * Does a task's work in every step until there are no more: in the driver's own JVM straight at the session, elsewhere
     * by messages that all tasks of a JVM share. The session hears of the task before the work is prepared, which may take
     * long.
     */
    static void serve(long sessionId, MessageShape shape, Supplier<StepWork> work, BarrierTaskContext context)
            throws InterruptedException {
        Optional<ResidentSession> here = ResidentSession.find(sessionId);
        String executor = SparkEnv.get().executorId();
        if (here.isPresent()) {
            here.get().join(executor, context.partitionId());
            serve(here.get(), work.get(), context);
        } else if (executor.equals("driver")) {
            throw new TaskKilledException("the steps of this task are over");
        } else if (RemoteLink.join(sessionId, executor, context.partitionId(), shape)) {
            RemoteLink.serve(sessionId, shape, tasksInThisJvm(context), work.get(), context);
        }
    }

    private static void serve(ResidentSession session, StepWork work, BarrierTaskContext context)
            throws InterruptedException {
        Optional<LentWork> lent = session.lend(work);
        if (lent.isPresent()) {
            while (!lent.get().awaitEnd(CHECK_MILLIS)) {
                requireWanted(context);
            }
            return;
        }
        long done = Weights.NONE.step();
        while (true) {
            switch (session.awaitNext(done, CHECK_MILLIS)) {
                case WEIGHTS -> {
                    Weights weights = session.weights();
                    session.deliver(weights.step(), work.compute(weights));
                    done = weights.step();
                }
                case WAIT -> requireWanted(context);
                case END -> {
                    return;
                }
            }
        }
    }

    private static int tasksInThisJvm(BarrierTaskContext context) {
        BarrierTaskInfo[] tasks = context.getTaskInfos();
        String own = tasks[context.partitionId()].address();
        return Math.toIntExact(
                Arrays.stream(tasks).filter(task -> task.address().equals(own)).count());
    }

    /**
     * @throws TaskKilledException if Spark wants the task to end
     */
    static void requireWanted(BarrierTaskContext context) {
        if (context.isInterrupted()) {
            throw new TaskKilledException("the attempt is over");
        }
    }
}
