package io.lockstep.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lockstep.Stopwatch;
import io.lockstep.data.Split;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.metrics.MetricsTable;
import io.lockstep.storage.Directory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.hadoop.conf.Configuration;

/**
 * A finished process.
 *
 * @param seconds from its start to its end
 */
record Command(Instant started, double seconds, String out) {
    private static final Path DIRECTORY = Path.of("target/bench");

    /** @throws IllegalStateException if it fails */
    static Command run(List<?> words) throws IOException, InterruptedException {
        Files.createDirectories(DIRECTORY);
        Path out = Files.createTempFile(DIRECTORY, "out", ".txt");
        Path err = Files.createTempFile(DIRECTORY, "err", ".txt");
        Instant started = Instant.now();
        Stopwatch watch = Stopwatch.start();
        int exitCode = new ProcessBuilder(words.stream().map(Object::toString).toList())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start()
                .waitFor();
        double seconds = watch.seconds();
        if (exitCode != 0) {
            throw new IllegalStateException(words + " failed: " + Files.readString(err));
        }
        return new Command(started, seconds, Files.readString(out));
    }

    /**
     * Runs a script with a Python that has a module: the one that the environment variable PYTHON names, the first on
     * the path, or that of the system's packages; empty, with a line that says so, if none of them has.
     */
    static Optional<Command> python(String module, Object... script) throws IOException, InterruptedException {
        Optional<String> python = findPython(module);
        if (python.isEmpty()) {
            return Optional.empty();
        }
        List<Object> words = new ArrayList<>(List.of(python.get()));
        words.addAll(List.of(script));
        return Optional.of(run(words));
    }

    /** As for {@link #python}. */
    static Optional<String> findPython(String module) throws InterruptedException {
        for (String python :
                List.of(System.getenv().getOrDefault("PYTHON", "python3"), "python3", "/usr/bin/python3")) {
            if (canImport(python, module)) {
                return Optional.of(python);
            }
        }
        System.out.println("no Python with " + module + " is here, nor named by PYTHON: its rows are left out");
        return Optional.empty();
    }

    private static boolean canImport(String python, String module) throws InterruptedException {
        try {
            run(List.of(python, "-c", "import " + module));
            return true;
        } catch (IOException | IllegalStateException missing) {
            return false;
        }
    }

    JsonNode lastLine() throws IOException {
        List<String> lines = out.lines().toList();
        return new ObjectMapper().readTree(lines.get(lines.size() - 1));
    }

    /** A run of {@code train}, as a process of its own, with its run directory. */
    record Training(Command command, Path run) {
        static Training of(List<?> submit, Object... options) throws IOException, InterruptedException {
            Files.createDirectories(DIRECTORY);
            Path run = Files.createTempDirectory(DIRECTORY, "run");
            List<Object> words = new ArrayList<>(submit);
            words.addAll(List.of("train", "--output", run));
            words.addAll(List.of(options));
            return new Training(Command.run(words), run);
        }

        double accuracy(String split) throws IOException {
            return new ObjectMapper()
                    .readTree(run.resolve("run.json").toFile())
                    .path("result")
                    .path(split)
                    .path("accuracy")
                    .asDouble();
        }

        List<MetricsRow> metrics(Split split) throws IOException {
            return new MetricsTable(Directory.at(
                            new org.apache.hadoop.fs.Path(run.resolve("metrics").toUri()), new Configuration()))
                    .read().stream().filter(row -> row.split() == split).toList();
        }

        /** From the start of the process to the end of the first epoch with this accuracy on the test rows. */
        OptionalDouble secondsToTestAccuracy(double accuracy) throws IOException {
            return metrics(Split.TEST).stream()
                    .filter(row -> row.accuracy() >= accuracy)
                    .mapToDouble(
                            row -> Duration.between(command.started(), row.at().timestamp())
                                            .toMillis()
                                    / 1e3)
                    .findFirst();
        }
    }
}
