package io.lockstep.distributed.resident;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * How resident tasks on executors and the driver talk: through Spark's own RPC, which its authentication and encryption
 * cover. It has to be named in {@code spark.plugins} before the context is created.
 */
public final class ResidentPlugin implements SparkPlugin {
    private static volatile PluginContext executorContext;

    /** Asks the driver, and waits for its answer. */
    static Answer ask(Question question) {
        PluginContext context = executorContext;
        if (context == null) {
            throw new IllegalStateException("expected the executor to have loaded " + ResidentPlugin.class.getName()
                    + " when it started; spark.plugins does not name it");
        }
        try {
            return Answer.decode((byte[]) context.ask(question.encode()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TaskKilledException("interrupted");
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception failure) { // Spark's Scala methods throw undeclared checked exceptions
            throw new UncheckedIOException(new IOException("the driver does not answer", failure));
        }
    }

    @Override
    public DriverPlugin driverPlugin() {
        return new Driver();
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new ExecutorSide();
    }

    private static final class Driver implements DriverPlugin {
        @Override
        public Map<String, String> init(SparkContext context, PluginContext pluginContext) {
            return Map.of();
        }

        @Override
        public Object receive(Object message) throws InterruptedException {
            return ResidentSession.answer(message instanceof byte[] bytes ? bytes : new byte[0]);
        }
    }

    private static final class ExecutorSide implements ExecutorPlugin {
        @Override
        public void init(PluginContext context, Map<String, String> extraConf) {
            executorContext = context;
        }
    }
}
