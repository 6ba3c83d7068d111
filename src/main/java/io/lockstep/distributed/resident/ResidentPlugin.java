package io.lockstep.distributed.resident;

import io.lockstep.linalg.Arithmetic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * How resident tasks on executors and the driver talk: through Spark's own RPC, which its authentication and encryption
 * cover. One class is the plugin and both of its ends. It has to be named in {@code spark.plugins} before the context
 * is created.
 */
public final class ResidentPlugin implements SparkPlugin, DriverPlugin, ExecutorPlugin {
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
        return this;
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return this;
    }

    /** On the driver. */
    @Override
    public Object receive(Object message) throws InterruptedException {
        return ExecutorMessages.answer(message instanceof byte[] bytes ? bytes : new byte[0]);
    }

    /** On an executor. */
    @Override
    public void init(PluginContext context, Map<String, String> extraConf) {
        Arithmetic.EXACT.prepare(); // there is time until the first task comes
        executorContext = context;
    }

    @Override
    public void shutdown() {}
}
