package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The messages that docs/operations.md explains are those that the program has. */
class DocumentedMessagesTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\|");
    private static final Pattern JOINED_LITERALS = Pattern.compile("\"\\s*\\+\\s*\"");

    @Test
    void everyMessageThatIsExplainedIsOneOfTheProgram() throws IOException {
        String page = Files.readString(Path.of("docs", "operations.md"));
        String table = page.substring(page.indexOf("| message |"), page.indexOf("\n\n", page.indexOf("| message |")));
        List<String> messages =
                ROW.matcher(table).results().map(row -> row.group(1)).toList();
        assertThat(messages).hasSizeGreaterThan(10);
        String program = program();
        for (String message : messages) {
            assertThat(Stream.of(message.split("…")).map(String::strip).filter(part -> !program.contains(part)))
                    .as("parts of '%s' that are in no source file", message)
                    .isEmpty();
        }
    }

    /** All sources, with texts in one piece that are written in several. */
    private static String program() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            String sources = files.filter(file -> file.toString().endsWith(".java"))
                    .map(DocumentedMessagesTest::read)
                    .collect(Collectors.joining());
            return JOINED_LITERALS.matcher(sources).replaceAll("");
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
