package io.lockstep.distributed;

import io.lockstep.distributed.ResidentSession.Weights;
import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.BarrierTaskInfo;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskKilledException;

/** A resident task's line to the driver. */
interface ResidentLink extends AutoCloseable {
    /** Waits for the weights of the first step after a given one; empty if there are no more steps for this task. */
    Optional<Weights> next(long after) throws InterruptedException;

    /** Hands over the gradients of the task's shards; their arrays may be written again once the next weights are here. */
    void deliver(long step, GradientTree tree, TaskSeconds seconds);

    @Override
    void close();

    /** In the driver's own JVM straight to the session, elsewhere by messages that all tasks of a JVM share. */
    static ResidentLink of(long session, BarrierTaskContext context) {
        Optional<ResidentSession> here = ResidentSession.find(session);
        if (here.isPresent()) {
            return new Direct(here.get(), context);
        }
        if (SparkEnv.get().executorId().equals("driver")) {
            throw new TaskKilledException("the steps of this task are over");
        }
        BarrierTaskInfo[] tasks = context.getTaskInfos();
        String own = tasks[context.partitionId()].address();
        int inThisJvm = (int)
                Arrays.stream(tasks).filter(task -> task.address().equals(own)).count();
        return RemoteLink.join(session, inThisJvm, context);
    }

    /** Without messages, copies, or threads of its own. */
    record Direct(ResidentSession session, BarrierTaskContext context) implements ResidentLink {
        @Override
        public Optional<Weights> next(long after) throws InterruptedException {
            while (true) {
                switch (session.awaitNext(after)) {
                    case WEIGHTS -> {
                        return Optional.of(session.weights());
                    }
                    case END -> {
                        return Optional.empty();
                    }
                    case WAIT -> requireWanted(context);
                }
            }
        }

        @Override
        public void deliver(long step, GradientTree tree, TaskSeconds seconds) {
            session.deliver(step, tree, seconds);
        }

        @Override
        public void close() {
            // The session is the driver's.
        }
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
