package io.lockstep.linalg;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What decides how a JVM rounds, and how fast it is.
 *
 * @param blas library and kernel
 * @param processor model, or at least the architecture
 */
public record Arithmetic(String blas, String java, String processor) implements Serializable {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    public static Arithmetic ofThisJvm(Blas.Choice choice) {
        return new Arithmetic(
                Blas.of(choice).description(),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                findProcessor());
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
