package io.lockstep.distributed;

import java.util.Arrays;
import java.util.Optional;
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
     * by messages that all tasks of a JVM share.
     */
    static void serve(long sessionId, StepWork work, BarrierTaskContext context) throws InterruptedException {
        Optional<ResidentSession> here = ResidentSession.find(sessionId);
        if (here.isPresent()) {
            serve(here.get(), work, context);
        } else if (SparkEnv.get().executorId().equals("driver")) {
            throw new TaskKilledException("the steps of this task are over");
        } else {
            RemoteLink.serve(sessionId, tasksInThisJvm(context), work, context);
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
