package io.lockstep.distributed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.spark.SparkConf;
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

    /** Adds what resident tasks need to the configuration of a context that is yet to be created. */
    public static void configure(SparkConf conf) {
        String own = ResidentPlugin.class.getName();
        String others = conf.get("spark.plugins", "");
        conf.set("spark.plugins", others.isBlank() ? own : others + "," + own);
        // Tasks that must all start at once would wait seconds for an executor that holds the shards of two of them.
        conf.setIfMissing("spark.locality.wait", "0");
        // If an executor is lost just before they start, not another 15 seconds.
        conf.setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s");
    }

    /** Asks the driver, and waits for its answer. */
    static Message ask(Message message) {
        PluginContext context = executorContext;
        if (context == null) {
            throw new IllegalStateException("expected the executor to have loaded " + ResidentPlugin.class.getName()
                    + " when it started; spark.plugins does not name it");
        }
        try {
            return Message.decode((byte[]) context.ask(message.encode()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TaskKilledException("interrupted");
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception failure) { // Scala declares nothing
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
