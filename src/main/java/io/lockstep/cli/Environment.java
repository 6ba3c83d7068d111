package io.lockstep.cli;

import io.lockstep.Version;
import io.lockstep.linalg.Blas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;

/** What a run was made with, as far as it can explain different bits or a different speed. */
final class Environment {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    private Environment() {}

    static Map<String, Object> of(JavaSparkContext spark) {
        Map<String, Object> environment = new LinkedHashMap<>();
        environment.put("lockstep", Version.current());
        environment.put("spark", spark.version());
        environment.put("master", spark.master());
        environment.put("defaultParallelism", spark.defaultParallelism());
        environment.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
        environment.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        environment.put("processor", processor());
        environment.put("blas", Blas.description());
        return environment;
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(PROCESSORS)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException notLinux) {
            return "unknown";
        }
    }
}
