package io.lockstep.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.apache.spark.storage.BlockId;
import org.apache.spark.util.TaskCompletionListener;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Disturbs every so many tasks on each executor, as {@code spark.lockstep.test.taskFault} and
 * {@code spark.lockstep.test.taskFaultEvery} say, and lets the driver print what was done.
 */
public final class TaskFaultPlugin implements SparkPlugin {
    public static final String KEY = "spark.lockstep.test.taskFault";

    static final String EVERY_KEY = "spark.lockstep.test.taskFaultEvery";

    /** What is done. */
    public enum Fault {
        /** The first attempt of a task fails after its work is done. */
        THROW,
        /** The executor loses all shards that it has cached. */
        LOSE_SHARDS,
        /** The first attempt of a task takes seconds; a second attempt, which only speculation makes, is reported. */
        SLOW
    }

    static final String SPECULATIVE = "SPECULATIVE";

    static final int EVERY = 7;
    private static final int SLOW_SECONDS = 3;

    @Override
    public DriverPlugin driverPlugin() {
        return new DriverPlugin() {
            @Override
            public Map<String, String> init(SparkContext context, PluginContext plugin) {
                return Map.of();
            }

            @Override
            public Object receive(Object message) {
                System.out.println("fault: " + message);
                return null;
            }
        };
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new ExecutorPlugin() {
            private final AtomicInteger tasks = new AtomicInteger();
            private PluginContext plugin;
            private Fault fault;
            private int every;

            @Override
            public void init(PluginContext context, Map<String, String> configuration) {
                plugin = context;
                fault = Fault.valueOf(context.conf().get(KEY));
                every = context.conf().getInt(EVERY_KEY, EVERY);
            }

            @Override
            public void onTaskStart() {
                if (TaskContext.get().attemptNumber() > 0) {
                    if (fault == Fault.SLOW) {
                        report(SPECULATIVE);
                    }
                } else if (tasks.incrementAndGet() % every == 0) {
                    disturb();
                }
            }

            private void disturb() {
                switch (fault) {
                    case THROW -> {
                        // Spark wraps what a listener throws, so that this does not look like a bug of ours.
                        TaskCompletionListener thrower = context -> {
                            throw new IllegalStateException("thrown by the test");
                        };
                        TaskContext.get().addTaskCompletionListener(thrower);
                        report(fault);
                    }
                    case LOSE_SHARDS -> {
                        var blocks = SparkEnv.get().blockManager();
                        List<BlockId> shards = CollectionConverters.asJava(blocks.getMatchingBlockIds(BlockId::isRDD));
                        if (!shards.isEmpty()) {
                            shards.forEach(block -> blocks.removeBlock(block, true));
                            report(fault);
                        }
                    }
                    case SLOW -> {
                        report(fault);
                        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(SLOW_SECONDS));
                    }
                }
            }

            private void report(Object message) {
                try {
                    plugin.send(message);
                } catch (IOException driverGone) {
                    throw new UncheckedIOException(driverGone);
                }
            }
        };
    }
}
