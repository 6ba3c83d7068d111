package io.lockstep.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A notebook that runs in a process of its own. */
record NotebookExecution(Process process, Path files) implements AutoCloseable {
    private static final int LONGEST_MINUTES = 3;

    /** Waits until the kernel has sent a message of a type. */
    void awaitMessage(String type) throws IOException {
        await().atMost(LONGEST_MINUTES, TimeUnit.MINUTES).until(() -> hasSent(type) || !process.isAlive());
        assertThat(hasSent(type)).as("%s, but found %s", type, err()).isTrue();
    }

    /** Waits for the end, and reads the notebook with its outputs. */
    Notebook result() throws IOException, InterruptedException {
        assertThat(exitCode()).as(err()).isZero();
        return Notebook.read(files.resolve("executed.ipynb"));
    }

    /** Waits for the end. */
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    String err() throws IOException {
        return Files.readString(files.resolve("err.txt"));
    }

    /** Ends the process, and its kernel, if it still runs. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private boolean hasSent(String type) throws IOException {
        List<String> lines = Files.readAllLines(files.resolve("out.txt"));
        return lines.contains(type);
    }
}
