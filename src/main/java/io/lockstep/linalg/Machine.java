package io.lockstep.linalg;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a JVM computes with. It decides how fast {@link Arithmetic#EXACT} is, and how {@link Arithmetic#BREEZE} rounds.
 *
 * @param blas the library that multiplies matrices, or that there is none
 * @param processor model, or at least the architecture
 */
public record Machine(String blas, String java, String processor) implements Serializable {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    public static Machine ofThisJvm(Arithmetic arithmetic) {
        return new Machine(
                arithmetic.library(), System.getProperty("java.vm.name") + " " + Runtime.version(), findProcessor());
    }

    private static String findProcessor() {
        String architecture = System.getProperty("os.arch");
        try (Stream<String> lines = Files.lines(PROCESSORS)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip() + " " + architecture)
                    .findFirst()
                    .orElse(architecture);
        } catch (IOException notLinux) {
            return architecture;
        }
    }
}
