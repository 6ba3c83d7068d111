package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SurroundingsTest {
    @TempDir
    private Path directory;

    @Test
    void theSparkOfTheBuildIsSuitable() {
        assertThat(Surroundings.problem()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"4.0.0, 17", "4.1.2, 23", "4.2.0-SNAPSHOT, 17", "4.2.0, 25", "4.10.1, 25"})
    void suitableVersionsOfSparkAndJavaPass(String spark, int java) throws Exception {
        assertThat(problem(spark, java)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "3.5.1, 17, 'expected Spark 4 or later, found Spark 3.5.1'",
        "4.1.0, 25, 'expected Java 17 to 23 under a Spark before 4.2, found Java 25 and Spark 4.1.0'",
        "'', 17, 'expected Spark 4 on the class path, found none'"
    })
    void otherVersionsAreRefusedByName(String spark, int java, String message) throws Exception {
        assertThat(problem(spark, java))
                .hasValueSatisfying(problem -> assertThat(problem).startsWith(message));
    }

    private Optional<String> problem(String spark, int java) throws Exception {
        Files.writeString(directory.resolve("spark-version-info.properties"), "version=" + spark + "\n");
        try (URLClassLoader classes =
                new URLClassLoader(new URL[] {directory.toUri().toURL()}, null)) {
            return Surroundings.problem(classes, java);
        }
    }
}
