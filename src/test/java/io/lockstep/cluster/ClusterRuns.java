package io.lockstep.cluster;

import io.lockstep.cli.Lockstep;
import io.lockstep.cluster.FaultListener.Action;
import io.lockstep.data.IdxData;
import io.lockstep.distributed.choice.EngineChoice;
import io.lockstep.training.FaultyFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Submissions of one small training to a standalone cluster, disturbed or not. */
final class ClusterRuns implements AutoCloseable {
    /** Stages of a run, as Spark names them: by the code that started them. */
    static final String STEP = "AggregateEngine.compute";

    /** The job of resident tasks. */
    static final String RESIDENT = "ResidentJob";

    static final String EVALUATION = "AggregateEngine.losses";
    static final String SHARDING = "Sources.load";
    static final String ANY = "";

    /** Of 3,000 rows. */
    static final int BATCH_SIZE = 400;

    private static final int WORKERS = 3;
    private static final int MINUTES = 3;
    private static final String TEST_CLASSES =
            Path.of("target/test-classes").toAbsolutePath().toString();

    private final Path directory;
    private final Path sparkConfiguration;
    private final StandaloneCluster cluster;
    private final Path images;
    private final int batchSize;
    private int runs;

    /**
     * @param sparkConfiguration the directory of spark-defaults.conf for submissions
     * @param clusterConfiguration of master and workers
     */
    ClusterRuns(Path directory, Path sparkConfiguration, Map<String, String> clusterConfiguration, int batchSize)
            throws Exception {
        this.directory = directory;
        this.sparkConfiguration = sparkConfiguration;
        this.batchSize = batchSize;
        this.images =
                IdxData.clusters(3000, 30, 5, 1).darkened(IdxData.QUARTER_LEFT).write(directory, "train");
        this.cluster = StandaloneCluster.start(directory, WORKERS, clusterConfiguration);
    }

    static ClusterRuns start(Path directory) throws Exception {
        return start(directory, BATCH_SIZE);
    }

    static ClusterRuns start(Path directory, int batchSize) throws Exception {
        return new ClusterRuns(directory, Path.of("conf").toAbsolutePath(), Map.of(), batchSize);
    }

    /** The digest of the training, undisturbed and in local mode. */
    String expectedDigest(Object... options) throws Exception {
        return runHere(train(newRun(), options)).digest();
    }

    /**
     * Runs on the given number of cores, which are as many executors if there are enough workers.
     *
     * @param sparkOptions of Spark's configuration, or flags of spark-submit without a value
     */
    Lockstep submit(int cores, Map<String, String> sparkOptions, Path run, Object... options) throws Exception {
        return run(cores, sparkOptions, train(run, options));
    }

    /**
     * The same for any command.
     *
     * @param arguments the command and its options
     */
    Lockstep run(int cores, Map<String, String> sparkOptions, List<?> arguments) throws Exception {
        List<Object> own =
                new ArrayList<>(List.of(cluster.url(), "--executor-memory", "512m", "--driver-memory", "512m"));
        own.addAll(List.of("--conf", "spark.cores.max=" + cores));
        sparkOptions.forEach(
                (key, value) -> own.addAll(key.startsWith("--") ? List.of(key) : List.of("--conf", key + "=" + value)));
        return run("standalone.sh", own, arguments);
    }

    /** Runs a command in local mode. */
    Lockstep runHere(List<?> arguments) throws Exception {
        return run("local.sh", List.of("--driver-memory", "512m"), arguments);
    }

    private Lockstep run(String script, List<?> sparkArguments, List<?> arguments) throws Exception {
        List<Object> all = new ArrayList<>(sparkArguments);
        withTestClasses().forEach((key, value) -> all.addAll(List.of("--conf", key + "=" + value)));
        all.addAll(arguments);
        return Submission.start(directory, sparkConfiguration, script, all.toArray())
                .await(MINUTES);
    }

    private List<Object> train(Path run, Object... options) {
        Map<Object, Object> train = new LinkedHashMap<>();
        train.put("--train", images);
        train.put("--hidden", 20);
        train.put("--epochs", 4);
        train.put("--batch-size", batchSize);
        train.put("--optimizer", "nesterov");
        train.put("--schedule", "cosine");
        train.put("--checkpoint-every", 5);
        train.put("--keep", "last"); // so that every step has a part in the digest
        train.put("--output", "faulty://" + run);
        train.put("--engine", EngineChoice.AGGREGATE); // whose every step is a job that can be disturbed
        train.keySet().removeAll(List.of(options));
        List<Object> arguments = new ArrayList<>(List.of("train"));
        train.forEach((option, value) -> arguments.addAll(List.of(option, value)));
        arguments.addAll(List.of(options));
        return arguments;
    }

    /** Compressed, so that only the task that reads them finds out. */
    Path truncatedImages() throws IOException {
        Path truncated = IdxData.clusters(500, 30, 5, 2).writeGzip(directory, "truncated");
        byte[] whole = Files.readAllBytes(truncated);
        Files.write(truncated, Arrays.copyOf(whole, whole.length - 200));
        return truncated;
    }

    Path newRun() {
        return directory.resolve("run-" + ++runs);
    }

    /** The file system of run directories, and the plugins, are the tests'. */
    private static Map<String, String> withTestClasses() {
        return Map.of(
                "spark.driver.extraClassPath",
                TEST_CLASSES,
                "spark.executor.extraClassPath",
                TEST_CLASSES,
                "spark.hadoop.fs.faulty.impl",
                FaultyFileSystem.class.getName());
    }

    static Map<String, String> fault(Action action, String stage, int count) {
        return fault(action, stage, count, 0);
    }

    /** @param moment as {@link FaultListener} reads it */
    static Map<String, String> fault(Action action, String stage, int count, Object moment) {
        return Map.of(
                "spark.extraListeners",
                FaultListener.class.getName(),
                FaultListener.KEY,
                FaultListener.fault(action, stage, count, moment));
    }

    /** @param every so many tasks of an executor */
    static Map<String, String> taskFault(TaskFaultPlugin.Fault fault, int every) {
        return Map.of(
                "spark.plugins",
                TaskFaultPlugin.class.getName(),
                TaskFaultPlugin.KEY,
                fault.name(),
                TaskFaultPlugin.EVERY_KEY,
                String.valueOf(every));
    }

    static Map<String, String> speculation() {
        return Map.of(
                "spark.speculation",
                "true",
                "spark.speculation.interval",
                "50ms",
                "spark.speculation.quantile",
                "0.5",
                "spark.speculation.minTaskRuntime",
                "200ms",
                "spark.speculation.efficiency.enabled", // would rate tasks by records read from files, of which there
                // are none
                "false",
                "spark.locality.wait", // the shard is cached where the slow executor is, and only there
                "50ms");
    }

    static Map<String, String> deathWhileWriting(String moment, String file) {
        return Map.of("spark.hadoop." + FaultyFileSystem.KEY, moment + " " + file);
    }

    @SafeVarargs
    static Map<String, String> together(Map<String, String>... options) {
        Map<String, String> all = new LinkedHashMap<>();
        for (Map<String, String> some : options) {
            all.putAll(some);
        }
        return all;
    }

    @Override
    public void close() {
        cluster.close();
    }
}
