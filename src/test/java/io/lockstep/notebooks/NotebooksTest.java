package io.lockstep.notebooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The notebooks as they are in the repository, with outputs. To make these anew, make the runs that the notebooks name,
 * {@code runs/mnist} while live.ipynb is executed, and call {@code jupyter nbconvert --to notebook --execute --inplace
 * --ExecutePreprocessor.record_timing=False}.
 */
class NotebooksTest {
    private static final Path DIRECTORY = Path.of("notebooks");
    private static final long MOST_BYTES = 300_000;

    /** /name/…, C:\…, file:/… at the start of a word */
    private static final Pattern ABSOLUTE_PATH =
            Pattern.compile("(?<![^\\s\"'`(=\\[])(/\\w[\\w.-]*/|[A-Z]:\\\\|file:/)");

    static List<Path> notebooks() throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.filter(file -> file.toString().endsWith(".ipynb"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void thereAreThree() throws IOException {
        assertThat(notebooks())
                .extracting(file -> file.getFileName().toString())
                .containsExactly("live.ipynb", "metrics.ipynb", "model.ipynb");
    }

    @ParameterizedTest
    @MethodSource("notebooks")
    void outputsAreThoseOfOneExecutionFromTopToBottom(Path file) throws IOException {
        Notebook notebook = Notebook.read(file);
        List<JsonNode> cells = notebook.codeCells();
        assertThat(cells.stream().map(cell -> cell.path("execution_count").asInt()))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, cells.size()).boxed().toList());
        assertThat(cells).noneMatch(cell -> cell.path("metadata").has("execution"));
        assertThat(notebook.outputs())
                .noneMatch(output -> output.path("output_type").asText().equals("error"))
                .noneMatch(output -> output.path("name").asText().equals("stderr"));
        assertThat(notebook.figures().path("run").asText()).isEqualTo("mnist");
    }

    @ParameterizedTest
    @MethodSource("notebooks")
    void picturesAreSmallAndHaveATextForThoseWhoCannotSeeThem(Path file) throws IOException {
        List<JsonNode> pictures = Notebook.read(file).outputs().stream()
                .filter(output -> output.path("data").has("image/png"))
                .toList();
        assertThat(pictures)
                .isNotEmpty()
                .allSatisfy(picture -> assertThat(picture.path("metadata")
                                .path("image/png")
                                .path("alt")
                                .asText())
                        .isNotBlank());
        assertThat(Files.size(file)).isLessThan(MOST_BYTES);
    }

    @ParameterizedTest
    @MethodSource("notebooks")
    void nothingNamesAPlaceOnAMachine(Path file) throws IOException {
        Notebook notebook = Notebook.read(file);
        assertThat(notebook.cells())
                .extracting(cell -> Notebook.text(cell.path("source")))
                .noneMatch(NotebooksTest::hasAbsolutePath);
        for (JsonNode output : notebook.outputs()) {
            assertThat(Notebook.text(output.path("text"))).doesNotContainPattern(ABSOLUTE_PATH);
            assertThat(Notebook.text(output.at("/data/text~1plain"))).doesNotContainPattern(ABSOLUTE_PATH);
            assertThat(Notebook.text(output.at("/data/text~1html"))).doesNotContainPattern(ABSOLUTE_PATH);
        }
    }

    @Test
    void absolutePathsWouldBeFound() {
        assertThat(Stream.of(
                        "in /home/me/runs", "'/tmp/x'", "C:\\Users", "see file:/a", "FileNotFoundError: [/root/x]"))
                .allMatch(NotebooksTest::hasAbsolutePath);
        assertThat(Stream.of("runs/mnist", "</td>\n", "loss / accuracy", "https://example.org/a/b", "\"*/metrics/*\""))
                .noneMatch(NotebooksTest::hasAbsolutePath);
    }

    @Test
    void theModelIsThatOfTheReadme() throws IOException {
        JsonNode figures = Notebook.read(DIRECTORY.resolve("model.ipynb")).figures();
        assertThat(Files.readString(Path.of("README.md")))
                .contains("weights sha256 " + figures.path("weightsSha256").asText())
                .contains(String.format(
                        Locale.ROOT, "%.5f", figures.at("/test/accuracy").asDouble()));
    }

    @Test
    void requirementsArePinned() throws IOException {
        assertThat(Files.readAllLines(DIRECTORY.resolve("requirements.txt")).stream()
                        .filter(line -> !line.startsWith("#")))
                .isNotEmpty()
                .allMatch(line -> line.matches("[a-z]+==[0-9.]+"));
    }

    private static boolean hasAbsolutePath(String text) {
        return ABSOLUTE_PATH.matcher(text).find();
    }
}
