package io.lockstep.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lockstep.cli.Lockstep;
import io.lockstep.data.IdxData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scripts of submit/: what they would run, and how they are written. */
class ScriptsIT {
    private static final Path SCRIPTS = Path.of("submit").toAbsolutePath();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "local.sh --dry-run, --master local[3]",
        "lockstep --dry-run, --master local[3]",
        "standalone.sh --dry-run spark://host:7077, --master spark://host:7077",
        "standalone.sh spark://host:7077 --dry-run, --master spark://host:7077",
        "yarn.sh --dry-run --deploy-mode cluster, --master yarn --deploy-mode cluster",
        "k8s.sh --dry-run k8s://https://host:6443 image:1, --master k8s://https://host:6443 --deploy-mode cluster",
    })
    void aDryRunPrintsTheCommandAndDoesNothing(String script, String master) throws Exception {
        Path run = directory.resolve("a run's \"$directory\"");
        List<Object> arguments = new ArrayList<>(List.of((Object[]) script.split(" ")));
        String name = arguments.remove(0).toString();
        if (master.contains("local[")) {
            arguments.addAll(List.of("--master", "local[3]"));
        }
        arguments.addAll(List.of("--conf", "spark.app.name=two words", "train", "--dry-run", "--output", run));
        Map<String, String> environment = Map.of("HADOOP_CONF_DIR", directory.toString());
        Lockstep printed = Submission.start(directory, environment, name, arguments.toArray())
                .await(1);
        assertThat(printed.exitCode()).as(printed.err()).isZero();
        assertThat(printed.out().lines()).hasSize(1);

        List<String> words = words(printed.out());
        assertThat(words).contains("org.apache.spark.deploy.SparkSubmit", "HADOOP_CONF_DIR=" + directory);
        assertThat(String.join(" ", words)).contains(" " + master + " ");
        assertThat(words).containsSequence("--conf", "spark.app.name=two words");
        assertThat(words).endsWith("train", "--dry-run", "--output", run.toString());
        assertThat(run).doesNotExist();
    }

    /** As bash takes them. */
    private List<String> words(String command) throws Exception {
        Lockstep result =
                Submission.bash(directory, "printf '%s\\n' " + command).await(1);
        return result.out().lines().toList();
    }

    @Test
    void thePrintedCommandDoesTheSame() throws Exception {
        IdxData.clusters(500, 10, 3, 1).write(directory, "data");
        Path images = directory.resolve("data-images-idx3-ubyte");
        Object[] train = {"train", "--train", images, "--hidden", 8, "--epochs", 1, "--output"};
        List<Object> dry = new ArrayList<>(List.of("--dry-run"));
        dry.addAll(List.of(train));
        dry.add("printed");
        String command =
                Submission.start(directory, "local.sh", dry.toArray()).await(1).out();
        List<Object> direct = new ArrayList<>(List.of(train));
        direct.add("direct");
        assertThat(Submission.bash(directory, command).await(1).digest())
                .isEqualTo(Submission.start(directory, "local.sh", direct.toArray())
                        .await(1)
                        .digest());
    }

    @ParameterizedTest
    @CsvSource({
        "standalone.sh, train, 'expected the master''s URL, spark://HOST:PORT, found ''train'''",
        "k8s.sh, train, 'expected the URL of the API server, k8s://https://HOST:PORT, found ''train'''",
        "k8s.sh, k8s://https://host:6443, 'expected the name of an image'",
        "yarn.sh, train, 'expected HADOOP_CONF_DIR to be the directory of yarn-site.xml, found '''''",
    })
    void whatIsMissingIsSaidInOneLine(String script, String argument, String message) throws Exception {
        Lockstep result = Submission.start(directory, script, argument).await(1);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err().lines()).singleElement().asString().contains(script + ": " + message);
    }

    @Test
    void shellcheckFindsNothing() throws Exception {
        String shellcheck = System.getenv().getOrDefault("SHELLCHECK", "shellcheck");
        assumeTrue(canRun(shellcheck), "no " + shellcheck + "; apt-get install shellcheck, or set SHELLCHECK");
        List<String> command = new ArrayList<>(List.of(shellcheck, "--external-sources", "--severity=warning"));
        try (Stream<Path> scripts = Files.list(SCRIPTS)) {
            scripts.filter(Files::isRegularFile).map(Path::toString).sorted().forEach(command::add);
        }
        Process process = new ProcessBuilder(command)
                .directory(SCRIPTS.getParent().toFile())
                .redirectErrorStream(true)
                .start();
        String found = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(found).isZero();
    }

    private static boolean canRun(String program) throws InterruptedException {
        try {
            return new ProcessBuilder(program, "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException missing) {
            return false;
        }
    }
}
