package io.lockstep.cli;

import io.lockstep.LockstepException;
import io.lockstep.distributed.choice.EngineChoice;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.serializer.JavaSerializer;

/** Spark's configuration: that of spark-submit, and what Lockstep needs. */
final class SparkSettings {
    private static final String NAME = "spark.app.name";
    private static final String JAR = "lockstep.jar";
    private static final String LOOPBACK = "127.0.0.1";

    private SparkSettings() {}

    static SparkConf forTraining(EngineChoice engine) {
        SparkConf conf = of("train");
        makeRoomForShards(conf);
        engine.configure(conf);
        return conf;
    }

    /** For a command that streams over rows, and holds none. */
    static SparkConf forScoring(String command) {
        return of(command);
    }

    /**
     * Starts Spark.
     *
     * @throws LockstepException of kind {@code CONFIGURATION} if a value of its configuration is wrong
     */
    static JavaSparkContext start(SparkConf conf) {
        try {
            return new JavaSparkContext(conf);
        } catch (IllegalArgumentException wrong) {
            String reason = String.valueOf(wrong.getMessage())
                    .replaceFirst("^requirement failed: ", "")
                    .replaceFirst("\\.$", "");
            throw LockstepException.configuration(
                    "Spark's configuration: " + reason + "; correct it in --conf or spark-defaults.conf", wrong);
        }
    }

    private static SparkConf of(String command) {
        SparkConf conf = new SparkConf()
                .setIfMissing("spark.master", "local[*]")
                // Services start workers without a locale, so that executors could not open réseau/train.
                .setIfMissing("spark.executorEnv.LC_ALL", "C.UTF-8")
                // Our records write themselves in bulk; Kryo, which a cluster may prefer, knows nothing of records.
                .set("spark.serializer", JavaSerializer.class.getName());
        if (conf.get(NAME, JAR).equals(JAR)) { // spark-submit's own choice
            conf.set(NAME, "lockstep " + command);
        }
        if (isLocal(conf)) {
            // An executor that gives itself up would take this process with it, without a word to the user.
            conf.setIfMissing("spark.executor.killOnFatalError.depth", "0");
        }
        listenOnLoopback(conf, System.getenv().keySet());
        return conf;
    }

    /**
     * Most of an executor's memory is for the shards, which are a few large arrays. While Spark stores a partition of
     * them it asks for half as much again as it holds, and what it sorts by shard at the same time never gives memory
     * back; so by Spark's defaults a partition may go to disk although there is room for it.
     */
    private static void makeRoomForShards(SparkConf conf) {
        conf.setIfMissing("spark.memory.fraction", "0.7")
                .setIfMissing("spark.storage.unrollMemoryGrowthFactor", "1.1")
                .setIfMissing("spark.storage.unrollMemoryCheckPeriod", "1") // shards
                .setIfMissing("spark.shuffle.spill.numElementsForceSpillThreshold", "1024"); // blocks of rows, of 64 KB
    }

    /**
     * In local mode the driver is reached by nobody else, so it needs neither an address that other machines see nor a
     * host name that resolves. An address that the user has chosen is kept.
     *
     * @param environment names of variables
     */
    static void listenOnLoopback(SparkConf conf, Set<String> environment) {
        boolean chosen = conf.contains("spark.driver.host")
                || conf.contains("spark.driver.bindAddress")
                || environment.contains("SPARK_LOCAL_IP")
                || environment.contains("SPARK_LOCAL_HOSTNAME");
        if (!chosen && isLocal(conf)) {
            conf.set("spark.driver.host", LOOPBACK); // and the address to listen on follows it
        }
    }

    private static boolean isLocal(SparkConf conf) {
        return conf.get("spark.master").matches("local(\\[.*])?");
    }
}
