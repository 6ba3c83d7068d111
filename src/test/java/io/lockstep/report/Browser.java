package io.lockstep.report;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A headless Chromium, if one is installed. */
final class Browser {
    private static final long LONGEST_SECONDS = 60;

    private final Path program;
    private final Path directory;

    private Browser(Path program, Path directory) {
        this.program = program;
        this.directory = directory;
    }

    /**
     * The browser of the PATH; without one, the test is skipped.
     *
     * @param directory for its profile and output
     */
    static Browser inDirectory(Path directory) {
        Optional<Path> program = Stream.of(System.getenv("PATH").split(":"))
                .flatMap(path -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(path, name)))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(program.isPresent(), "no chromium on the PATH: pages are not checked in a browser");
        return new Browser(program.get(), directory);
    }

    /** The document after a page is loaded, as the browser writes it; standard error has its console. */
    String dom(Path page, String... options) throws IOException, InterruptedException {
        return run(
                page, Stream.concat(Stream.of("--dump-dom"), Stream.of(options)).toList());
    }

    /** What the browser wrote to its console. */
    String console() throws IOException {
        return Files.readString(directory.resolve("err.txt"), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains(":CONSOLE"))
                .reduce("", (all, line) -> all + line + "\n");
    }

    private String run(Path page, List<String> options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--enable-logging=stderr",
                "--user-data-dir=" + directory.resolve("profile")));
        command.addAll(options);
        command.add(page.toUri().toString());
        Path out = directory.resolve("out.txt");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(directory.resolve("err.txt").toFile())
                .start();
        if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError("the browser did not end within " + LONGEST_SECONDS + " s");
        }
        return Files.readString(out, StandardCharsets.UTF_8);
    }
}
