package io.lockstep.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/**
 * The libraries in the jar are those of META-INF/THIRD-PARTY and of the bill of materials, and their licences are
 * there.
 */
class ThirdPartyIT {
    private static final Path TARGET = Path.of("target");
    private static final String RENAMED = "io/lockstep/shaded/protobuf";

    /** A library, or a part of one, whose name then begins with a blank. */
    private record Library(String name, String text, String packages) {}

    @Test
    void everyClassInTheJarBelongsToALibraryWhoseLicenceIsThere() throws IOException {
        try (JarFile jar = new JarFile(TARGET.resolve("lockstep.jar").toFile())) {
            List<Library> libraries = libraries(jar);
            for (Library library : libraries) {
                assertThat(jar.getEntry("META-INF/" + library.text()))
                        .as(library.toString())
                        .isNotNull();
            }
            List<String> packages = libraries.stream().map(Library::packages).toList();
            List<String> classes = jar.stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.endsWith(".class"))
                    .filter(name -> !name.startsWith("io/lockstep/") || name.startsWith(RENAMED))
                    .toList();
            assertThat(classes).isNotEmpty().allMatch(name -> packages.stream().anyMatch(name::startsWith));
            assertThat(packages).allMatch(name -> classes.stream().anyMatch(found -> found.startsWith(name)));
            assertThat(new String(
                            jar.getInputStream(jar.getEntry("META-INF/licenses/LICENSE"))
                                    .readAllBytes(),
                            StandardCharsets.UTF_8))
                    .isEqualTo(Files.readString(Path.of("LICENSE")));
        }
    }

    @Test
    void theBillOfMaterialsHasTheSameLibraries() throws IOException {
        Path file = TARGET.resolve("lockstep-bom.json");
        assumeTrue(Files.exists(file), "no " + file + ", which mvn package -Psbom writes");
        JsonNode bill = new ObjectMapper().readTree(file.toFile());
        List<String> names = new ArrayList<>();
        bill.get("components")
                .forEach(component -> names.add(component.get("name").asText()));
        try (JarFile jar = new JarFile(TARGET.resolve("lockstep.jar").toFile())) {
            assertThat(names)
                    .containsExactlyInAnyOrderElementsOf(libraries(jar).stream()
                            .map(Library::name)
                            .filter(name -> !name.startsWith(" "))
                            .toList());
        }
    }

    private static List<Library> libraries(JarFile jar) throws IOException {
        String text = new String(
                jar.getInputStream(jar.getEntry("META-INF/THIRD-PARTY")).readAllBytes(), StandardCharsets.UTF_8);
        return text.lines()
                .filter(line -> line.contains(" licenses/") && line.contains("https://"))
                .map(line -> {
                    String[] cells = line.strip().split(" {2,}| (?=\\(|https)");
                    return new Library(line.startsWith(" ") ? " " + cells[0] : cells[0], cells[2], cells[3]);
                })
                .toList();
    }
}
