package io.lockstep.notebooks;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A Python with the packages of {@code notebooks/requirements.txt}. */
record NotebookPython(String program) {
    private static final String PACKAGES =
            "import duckdb, ipykernel, matplotlib, nbclient, numpy, pandas, pyarrow, safetensors";
    private static final String INSTALL = "-m pip install --quiet --disable-pip-version-check --no-input"
            + " --timeout 5 --retries 0 -r notebooks/requirements.txt";
    private static final Path ENVIRONMENT = Path.of("target/notebooks-python");
    private static final int LONGEST_INSTALLATION_MINUTES = 5;

    /**
     * The one that the environment variable PYTHON names, if it has the packages, else one in {@code target/}, into
     * which they are installed. Where that fails, the test is skipped: in seconds if no package index answers.
     */
    static NotebookPython find() throws IOException, InterruptedException {
        String given = System.getenv().getOrDefault("PYTHON", "python3");
        Path log = Files.createTempFile("python", ".log");
        try {
            if (run(log, List.of(given, "-c", PACKAGES))) {
                return new NotebookPython(given);
            }
            String python = ENVIRONMENT.resolve("bin/python").toAbsolutePath().toString();
            if (!Files.exists(Path.of(python)) && !run(log, List.of("python3", "-m", "venv", ENVIRONMENT.toString()))) {
                skip("python3 -m venv", log);
            }
            List<String> install = Stream.concat(Stream.of(python), Stream.of(INSTALL.split(" ")))
                    .toList();
            if (!run(log, install)) {
                skip("pip install -r notebooks/requirements.txt", log);
            }
            return new NotebookPython(python);
        } finally {
            Files.delete(log);
        }
    }

    /**
     * Starts to run a notebook of {@code notebooks/} from top to bottom.
     *
     * @param directory for the files that it writes
     */
    NotebookExecution start(Path directory, String notebook, Path workingDirectory, Map<String, String> variables)
            throws IOException {
        Path home = Path.of("").toAbsolutePath();
        Path files = Files.createTempDirectory(directory, notebook);
        ProcessBuilder builder = new ProcessBuilder(
                        program,
                        home.resolve("src/test/scripts/notebook.py").toString(),
                        home.resolve("notebooks").resolve(notebook).toString(),
                        files.resolve("executed.ipynb").toString())
                .directory(workingDirectory.toFile())
                .redirectOutput(files.resolve("out.txt").toFile())
                .redirectError(files.resolve("err.txt").toFile());
        builder.environment().putAll(variables);
        return new NotebookExecution(builder.start(), files);
    }

    /**
     * Whether a command succeeds in time.
     *
     * @param log what it prints, or why it did not run
     */
    private static boolean run(Path log, List<String> command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException notInstalled) {
            Files.writeString(log, notInstalled.getMessage());
            return false;
        }
        if (!process.waitFor(LONGEST_INSTALLATION_MINUTES, TimeUnit.MINUTES)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
            Files.writeString(log, "no end within " + LONGEST_INSTALLATION_MINUTES + " minutes");
            return false;
        }
        return process.exitValue() == 0;
    }

    private static void skip(String failed, Path log) throws IOException {
        List<String> lines =
                Files.readAllLines(log).stream().filter(line -> !line.isBlank()).toList();
        String reason = lines.isEmpty() ? "it says nothing" : lines.get(lines.size() - 1);
        String message = "the notebooks are not run, because '" + failed + "' failed (" + reason
                + "); set PYTHON to a Python that has the packages of notebooks/requirements.txt";
        System.out.println(message);
        abort(message);
    }
}
