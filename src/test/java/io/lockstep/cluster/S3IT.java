package io.lockstep.cluster;

import static io.lockstep.cluster.ClusterRuns.fault;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lockstep.cli.Lockstep;
import io.lockstep.cluster.FaultListener.Action;
import io.lockstep.data.IdxData;
import io.lockstep.metrics.MetricsTable;
import io.lockstep.storage.Directory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data and run directories in S3: the digest of local files, one writer at a time, and no object is ever copied. */
@Tag("long")
class S3IT {
    private static final String TEST_CLASSES =
            Path.of("target/test-classes").toAbsolutePath().toString();
    private static final int MINUTES = 5;
    private static final int WRITERS = 8;

    @TempDir
    private static Path directory;

    private static S3Server server;
    private static String expected;

    @BeforeAll
    static void start() throws Exception {
        server = S3Server.start(directory);
        server.makeBucket("lockstep");
        Path images = IdxData.clusters(3000, 30, 5, 1).write(directory, "train");
        expected = run(Map.of(), train(images, directory.resolve("local"))).digest();
        Directory data = at("data");
        for (String file : List.of("train-images-idx3-ubyte", "train-labels-idx1-ubyte")) {
            data.write(file, Files.readAllBytes(directory.resolve(file)));
        }
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void trainsAndScoresThere() throws Exception {
        Lockstep result = run(Map.of(), train("s3a://lockstep/data/train-images-idx3-ubyte", "s3a://lockstep/run"));
        assertThat(result.digest()).isEqualTo(expected);
        assertComplete("run");
        assertThat(run(
                                Map.of(),
                                "evaluate",
                                "--model",
                                "s3a://lockstep/run",
                                "--data",
                                "s3a://lockstep/data/train-images-idx3-ubyte",
                                "--output",
                                "s3a://lockstep/evaluation")
                        .exitCode())
                .isZero();
        assertThat(run(
                                Map.of(),
                                "predict",
                                "--model",
                                "s3a://lockstep/run",
                                "--data",
                                "s3a://lockstep/data/train-images-idx3-ubyte",
                                "--output",
                                "s3a://lockstep/predictions")
                        .out())
                .contains("scored 3000 rows");
    }

    @Test
    void aRunThatIsKilledThereIsResumedThere() throws Exception {
        Object[] train = train("s3a://lockstep/data/train-images-idx3-ubyte", "s3a://lockstep/killed");
        assertThat(run(fault(Action.KILL_DRIVER, ClusterRuns.STEP, 40), train).exitCode())
                .isEqualTo(128 + 9);
        Directory run = at("killed");
        assertThat(run.directory("checkpoints").files()).isNotEmpty();
        assertThat(run.files()).doesNotContain("run.json");
        List<Object> resumed = new ArrayList<>(List.of(train));
        resumed.add("--resume");
        assertThat(run(Map.of(), resumed.toArray()).digest()).isEqualTo(expected);
        assertComplete("killed");
    }

    @Test
    void ofManyWhoCreateAFileOneSucceeds() throws Exception {
        Directory race = at("race");
        race.create();
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try {
            for (int round = 0; round < 5; round++) {
                String name = ".lock-" + round;
                CyclicBarrier start = new CyclicBarrier(WRITERS);
                List<Future<Boolean>> writers = new ArrayList<>();
                for (int writer = 0; writer < WRITERS; writer++) {
                    byte[] content = ("writer " + writer).getBytes(StandardCharsets.UTF_8);
                    writers.add(threads.submit(succeeds(race, name, content, start)));
                }
                List<Integer> winners = new ArrayList<>();
                for (int writer = 0; writer < WRITERS; writer++) {
                    if (writers.get(writer).get()) {
                        winners.add(writer);
                    }
                }
                assertThat(winners).hasSize(1);
                assertThat(new String(race.read(name, 100), StandardCharsets.UTF_8))
                        .isEqualTo("writer " + winners.get(0));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static Callable<Boolean> succeeds(Directory race, String name, byte[] content, CyclicBarrier start) {
        return () -> {
            start.await();
            try {
                race.writeExclusively(name, content);
                return true;
            } catch (IOException exists) {
                return false;
            }
        };
    }

    @Test
    void filesAreWrittenAndReplacedWithoutACopy() throws Exception {
        Directory files = at("files");
        FileSystem fileSystem = files.fileSystem();
        long before = copies(fileSystem);
        files.directory("inner").write("file", "first");
        files.directory("inner").write("file", "second");
        assertThat(files.directory("inner").read("file", 10)).asString().isEqualTo("second");
        assertThat(files.entries()).containsOnlyKeys("inner");
        assertThat(copies(fileSystem)).isEqualTo(before);
    }

    private static long copies(FileSystem fileSystem) {
        return fileSystem.getStorageStatistics().getLong("object_copy_requests");
    }

    /** The lock of a run that lives: another that tries is refused, and the first goes on. */
    @Test
    void aSecondRunIsRefused() throws Exception {
        Directory taken = at("taken");
        taken.create();
        taken.writeExclusively(".lock-1", "{}".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> taken.writeExclusively(".lock-1", new byte[1])).isInstanceOf(IOException.class);
        Lockstep second = run(Map.of(), train("s3a://lockstep/data/train-images-idx3-ubyte", "s3a://lockstep/taken"));
        assertThat(second.exitCode()).isEqualTo(2);
        assertThat(second.err()).contains("expected a directory of its own");
    }

    private static Directory at(String name) {
        return Directory.at(new org.apache.hadoop.fs.Path("s3a://lockstep/" + name), server.configuration());
    }

    private static void assertComplete(String name) throws IOException {
        Directory run = at(name);
        assertThat(new ObjectMapper()
                        .readTree(run.read("run.json", 1 << 20))
                        .at("/result/weightsSha256")
                        .asText())
                .isEqualTo(expected);
        assertThat(new MetricsTable(run.directory("metrics")).read())
                .extracting(row -> row.at().epoch())
                .contains(1, 2, 3, 4);
        assertThat(run.directory("checkpoints").files()).hasSize(2);
        assertThat(run.directory("model").files()).contains("model.json", "weights.safetensors");
        assertThat(run.files()).noneMatch(file -> file.startsWith("."));
    }

    private static Lockstep run(Map<String, String> sparkOptions, Object... command) throws Exception {
        Map<String, String> all = new LinkedHashMap<>(sparkOptions);
        server.options().forEach((key, value) -> all.put("spark.hadoop." + key, value));
        all.put("spark.driver.extraClassPath", TEST_CLASSES);
        List<Object> arguments = new ArrayList<>(List.of("--master", "local[2]", "--driver-memory", "512m"));
        all.forEach((key, value) -> arguments.addAll(List.of("--conf", key + "=" + value)));
        arguments.addAll(List.of(command));
        return Submission.start(directory, "local.sh", arguments.toArray()).await(MINUTES);
    }

    private static Object[] train(Object images, Object output) {
        return new Object[] {
            "train",
            "--train",
            images,
            "--hidden",
            20,
            "--epochs",
            4,
            "--batch-size",
            400,
            "--optimizer",
            "nesterov",
            "--checkpoint-every",
            5,
            "--keep",
            "last",
            "--engine",
            "aggregate",
            "--output",
            output
        };
    }
}
