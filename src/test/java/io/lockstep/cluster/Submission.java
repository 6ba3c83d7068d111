package io.lockstep.cluster;

import io.lockstep.cli.Lockstep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A run of a script of {@code submit/}, as a process of its own. */
final class Submission {
    private static final Path HOME = Path.of("").toAbsolutePath();

    private final Process process;
    private final Path out;
    private final Path err;

    private Submission(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /**
     * @param directory to run in; output goes to files in it
     * @param script of {@code submit/}
     */
    static Submission start(Path directory, String script, Object... arguments) throws IOException {
        return start(directory, HOME.resolve("conf"), script, arguments);
    }

    /** @param sparkConfiguration the directory of spark-defaults.conf */
    static Submission start(Path directory, Path sparkConfiguration, String script, Object... arguments)
            throws IOException {
        return start(directory, Map.of("SPARK_CONF_DIR", sparkConfiguration.toString()), script, arguments);
    }

    /** @param variables of the environment */
    static Submission start(Path directory, Map<String, String> variables, String script, Object... arguments)
            throws IOException {
        List<String> command =
                // Whoever runs the tests in the background of a shell has it ignore Ctrl-C, and so do all descendants.
                new ArrayList<>(List.of(
                        "env",
                        "--default-signal=INT",
                        HOME.resolve("submit").resolve(script).toString()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return start(directory, command, variables);
    }

    /**
     * Runs a text for bash, in which {@code $checkout} is this checkout and {@code $train} a short training on
     * data-images-idx3-ubyte, without its output.
     */
    static Submission bash(Path directory, String script) throws IOException {
        Map<String, String> variables = Map.of(
                "checkout",
                HOME.toString(),
                "train",
                "train --train data-images-idx3-ubyte --hidden 8 --epochs 1 --validation-fraction 0");
        return start(directory, List.of("bash", "-c", script), variables);
    }

    private static Submission start(Path directory, List<String> command, Map<String, String> variables)
            throws IOException {
        Path out = Files.createTempFile(directory, "out", ".txt");
        Path err = Files.createTempFile(directory, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment()
                .keySet()
                .removeAll(Set.of(
                        "SPARK_HOME",
                        "SPARK_CONF_DIR",
                        "SPARK_LOCAL_IP",
                        "SPARK_LOCAL_HOSTNAME",
                        "HADOOP_CONF_DIR",
                        "YARN_CONF_DIR"));
        builder.environment().putAll(variables);
        return new Submission(builder.start(), out, err);
    }

    /** Sends a signal by name; the script has replaced itself by the driver. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** Waits for the end of the process, at most some minutes. */
    Lockstep await(int minutes) throws IOException, InterruptedException {
        if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("still running after " + minutes + " minutes: " + Files.readString(err));
        }
        return new Lockstep(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
