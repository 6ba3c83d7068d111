package io.lockstep.training;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.apache.spark.util.TaskCompletionListener;

/** Lets the first attempt of every fifth task fail after its work is done. */
public final class ThrowOncePlugin implements SparkPlugin {
    static final AtomicInteger THROWN = new AtomicInteger();
    private static final AtomicInteger TASKS = new AtomicInteger();

    @Override
    public DriverPlugin driverPlugin() {
        return null;
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new ExecutorPlugin() {
            @Override
            public void init(PluginContext context, Map<String, String> configuration) {}

            @Override
            public void onTaskStart() {
                TaskContext task = TaskContext.get();
                if (task.attemptNumber() == 0 && TASKS.incrementAndGet() % 5 == 0) {
                    TaskCompletionListener thrower = context -> {
                        THROWN.incrementAndGet();
                        throw new IllegalStateException("thrown by the test");
                    };
                    task.addTaskCompletionListener(thrower);
                }
            }
        };
    }
}
