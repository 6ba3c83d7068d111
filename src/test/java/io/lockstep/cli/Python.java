package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs in Python, by the interpreter of the environment variable PYTHON, or python3. */
final class Python {
    private static final String PYTHON = System.getenv().getOrDefault("PYTHON", "python3");

    private Python() {}

    /** Skips the test, in one line, where a module is not installed. */
    static void require(Path directory, String module) throws Exception {
        assumeTrue(has(directory, module), "no " + module + " for " + PYTHON + "; set PYTHON");
    }

    /** Whether a module is installed, or several with commas between. */
    static boolean has(Path directory, String modules) throws Exception {
        return run(directory.resolve("module.txt"), "-c", "import " + modules) == 0;
    }

    /**
     * Runs a program, which must succeed.
     *
     * @param directory for what it prints
     * @return the lines that it prints
     */
    static List<String> lines(Path directory, Object... arguments) throws Exception {
        Path printed = directory.resolve("printed.txt");
        int exitCode = run(printed, arguments);
        assertThat(exitCode).as(Files.readString(printed)).isZero();
        return Files.readAllLines(printed);
    }

    private static int run(Path printed, Object... arguments) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(Stream.concat(Stream.of(PYTHON), Stream.of(arguments))
                            .map(Object::toString)
                            .toList())
                    .redirectErrorStream(true)
                    .redirectOutput(printed.toFile())
                    .start();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            return process.exitValue();
        } catch (IOException notInstalled) {
            return -1;
        }
    }
}
