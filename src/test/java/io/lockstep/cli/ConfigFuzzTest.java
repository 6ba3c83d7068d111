package io.lockstep.cli;

import io.lockstep.Fuzz;
import io.lockstep.LockstepException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFuzzTest {
    @TempDir
    private Path directory;

    /** The data are not there, so that even a usable configuration ends before Spark starts. */
    @Test
    void configurationFiles() throws Exception {
        Path file = directory.resolve("mutated.properties");
        byte[] original = Files.readAllBytes(Path.of("conf/mnist.properties"));
        Fuzz.fuzz(original, 1000, content -> {
            Files.write(file, content);
            StringWriter err = new StringWriter();
            int exitCode = Main.execute(
                    new PrintWriter(new StringWriter()),
                    new PrintWriter(err, true),
                    "train",
                    "--config",
                    file.toString(),
                    "--train",
                    directory.resolve("none-images").toString(),
                    "--output",
                    directory.resolve("run").toString());
            if (exitCode == ExitCode.WRONG_CONFIGURATION) {
                throw LockstepException.configuration(err.toString());
            }
            if (exitCode != ExitCode.BAD_DATA) {
                throw new AssertionError("exit code " + exitCode + ": " + err);
            }
        });
    }
}
