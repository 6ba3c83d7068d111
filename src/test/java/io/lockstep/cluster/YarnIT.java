package io.lockstep.cluster;

import static io.lockstep.cluster.ClusterRuns.fault;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lockstep.cli.Lockstep;
import io.lockstep.cluster.FaultListener.Action;
import io.lockstep.data.IdxData;
import io.lockstep.metrics.MetricsTable;
import io.lockstep.storage.Directory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** submit/yarn.sh on Hadoop's mini cluster, with data and run directories on HDFS: the digest of local mode. */
@Tag("long")
class YarnIT {
    private static final Path HOME = Path.of("").toAbsolutePath();
    private static final int MINUTES = 5;
    private static final int EPOCHS = 4;

    @TempDir
    private static Path directory;

    private static HadoopCluster cluster;
    private static FileSystem hdfs;
    private static String expected;

    @BeforeAll
    static void start() throws Exception {
        cluster = HadoopCluster.start(directory);
        hdfs = FileSystem.newInstance(cluster.configuration());
        Path images = IdxData.clusters(3000, 30, 5, 1).write(directory, "train");
        expected = Submission.start(directory, "local.sh", train(images, directory.resolve("local")))
                .await(MINUTES)
                .digest();
        for (String file : List.of("train-images-idx3-ubyte", "train-labels-idx1-ubyte")) {
            hdfs.copyFromLocalFile(path(directory.resolve(file)), path("/data/" + file));
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (cluster != null) {
            hdfs.close();
            cluster.close();
        }
    }

    @Test
    void fromAClientAlthoughAnExecutorIsKilled() throws Exception {
        Lockstep result =
                submit("client", fault(Action.KILL_EXECUTOR, ClusterRuns.STEP, 20), "/client", "--engine", "aggregate");
        assertThat(result.out()).contains("fault: KILL_EXECUTOR");
        assertThat(result.digest()).isEqualTo(expected);
        assertComplete("/client");
    }

    @Test
    void withTasksThatStay() throws Exception {
        Lockstep result = submit("client", Map.of(), "/resident", "--engine", "resident");
        assertThat(result.digest()).isEqualTo(expected);
    }

    /** After twenty steps of twenty-eight, with two tasks each: the second attempt does not come so far again. */
    @Test
    void aSecondAttemptOfTheApplicationResumes() throws Exception {
        Lockstep result = submit(
                "cluster",
                fault(Action.KILL_DRIVER, ClusterRuns.STEP, 40),
                "/attempts",
                "--engine",
                "aggregate",
                "--resume");
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertComplete("/attempts");
        assertThat(logs("fault: KILL_DRIVER")).hasSize(1);
        assertThat(logs("resum")).hasSize(1);
    }

    @Test
    void aClientThatIsKilledIsResumedByACluster() throws Exception {
        Lockstep killed =
                submit("client", fault(Action.KILL_DRIVER, ClusterRuns.STEP, 40), "/killed", "--engine", "aggregate");
        assertThat(killed.exitCode()).isEqualTo(128 + 9);
        assertThat(hdfs.exists(path("/killed/run.json"))).isFalse();
        assertThat(submit("cluster", Map.of(), "/killed", "--resume").exitCode())
                .isZero();
        assertComplete("/killed");
    }

    @Test
    void aRunThatFailsIsAFailureForSparkSubmit() throws Exception {
        byte[] whole = Files.readAllBytes(IdxData.clusters(500, 30, 5, 2).writeGzip(directory, "cut"));
        Files.write(directory.resolve("cut"), Arrays.copyOf(whole, whole.length - 200));
        hdfs.copyFromLocalFile(path(directory.resolve("cut")), path("/cut/cut-images-idx3-ubyte.gz"));
        hdfs.copyFromLocalFile(
                path(directory.resolve("cut-labels-idx1-ubyte.gz")), path("/cut/cut-labels-idx1-ubyte.gz"));
        Object[] bad = {"--test", "/cut/cut-images-idx3-ubyte.gz"};
        Lockstep client = submit("client", Map.of(), "/bad", bad);
        assertThat(client.exitCode()).as(client.err()).isEqualTo(3);
        assertThat(client.err()).contains("truncated");
        Lockstep inCluster = submit("cluster", Map.of("spark.yarn.maxAppAttempts", "1"), "/bad", bad);
        assertThat(inCluster.exitCode()).as(inCluster.err()).isEqualTo(1);
    }

    private static void assertComplete(String run) throws IOException {
        Directory found = Directory.at(path(run), cluster.configuration());
        assertThat(new ObjectMapper()
                        .readTree(found.read("run.json", 1 << 20))
                        .at("/result/weightsSha256")
                        .asText())
                .isEqualTo(expected);
        assertThat(new MetricsTable(found.directory("metrics")).read())
                .extracting(row -> row.at().epoch())
                .contains(1, 2, 3, EPOCHS);
        assertThat(found.directory("checkpoints").files()).hasSize(2);
        assertThat(found.directory("model").files()).contains("model.json", "weights.safetensors");
        assertThat(found.files()).noneMatch(name -> name.startsWith("."));
    }

    /** The files of containers' standard output, or error, with a text in it. */
    private static List<Path> logs(String text) throws IOException {
        try (var files = Files.walk(directory)) {
            List<Path> found = new ArrayList<>();
            for (Path file : files.filter(each -> each.getFileName().toString().matches("stdout|stderr"))
                    .toList()) {
                if (Files.readString(file).contains(text)) {
                    found.add(file);
                }
            }
            return found;
        }
    }

    private static Lockstep submit(String mode, Map<String, String> sparkOptions, String run, Object... options)
            throws Exception {
        String testClasses = HOME.resolve("target/test-classes").toString();
        List<Object> arguments = new ArrayList<>(List.of("--deploy-mode", mode, "--num-executors", 2));
        arguments.addAll(List.of("--driver-memory", "512m", "--executor-memory", "512m"));
        ClusterRuns.together(
                        Map.of(
                                "spark.yarn.jars",
                                "local:" + HOME.resolve("target/spark/jars/*"),
                                "spark.driver.extraClassPath",
                                testClasses,
                                "spark.executor.extraClassPath",
                                testClasses),
                        sparkOptions)
                .forEach((key, value) -> arguments.addAll(List.of("--conf", key + "=" + value)));
        arguments.addAll(Arrays.asList(train("/data/train-images-idx3-ubyte", run)));
        arguments.addAll(Arrays.asList(options));
        Map<String, String> environment = Map.of(
                "HADOOP_CONF_DIR",
                cluster.configurations().toString(),
                "SPARK_CONF_DIR",
                HOME.resolve("conf").toString());
        return Submission.start(directory, environment, "yarn.sh", arguments.toArray())
                .await(MINUTES);
    }

    private static Object[] train(Object images, Object run) {
        return new Object[] {
            "train",
            "--train",
            images,
            "--hidden",
            20,
            "--epochs",
            EPOCHS,
            "--batch-size",
            400,
            "--optimizer",
            "nesterov",
            "--checkpoint-every",
            5,
            "--keep",
            "last",
            "--output",
            run
        };
    }

    private static org.apache.hadoop.fs.Path path(Object text) {
        return new org.apache.hadoop.fs.Path(text.toString());
    }
}
