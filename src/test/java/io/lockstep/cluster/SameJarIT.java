package io.lockstep.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class SameJarIT {
    private static final Path HOME = Path.of("").toAbsolutePath();

    @TempDir
    private Path directory;

    @Test
    void theJarHasTheSameBytesWhereverItIsBuilt() throws Exception {
        byte[] expected = build("here", Map.of("TZ", "UTC", "LC_ALL", "C.UTF-8"));
        byte[] elsewhere = build("some where/else", Map.of("TZ", "Asia/Tokyo", "LC_ALL", "C"));
        assertThat(elsewhere).isEqualTo(expected);
    }

    private byte[] build(String place, Map<String, String> environment) throws IOException, InterruptedException {
        Path project = Files.createDirectories(directory.resolve(place));
        for (String part : List.of("pom.xml", ".mvn", "src")) {
            copy(HOME.resolve(part), project.resolve(part));
        }
        Path log = directory.resolve("build.log");
        ProcessBuilder builder = new ProcessBuilder(
                        "mvn",
                        "--offline",
                        "--quiet",
                        "--batch-mode",
                        "package",
                        "-DskipTests",
                        "-Dmdep.skip=true",
                        "-Dexec.skip=true")
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        assertThat(builder.start().waitFor()).as(Files.readString(log)).isZero();
        return Files.readAllBytes(project.resolve("target/lockstep.jar"));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
