package io.lockstep.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.LockstepException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One run directory, one run. */
class RunLockTest {
    @TempDir
    private Path parent;

    private Path path;
    private RunDirectory run;
    private Process other;

    @BeforeEach
    void open() {
        path = parent.resolve("new/run");
        run = at(path);
    }

    private static RunDirectory at(Path path) {
        return RunDirectory.at(path.toString(), new Configuration());
    }

    @AfterEach
    void killTheOther() throws InterruptedException {
        if (other != null) {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void aSecondRunIsRefusedAndToldWhoTheFirstIs() throws Exception {
        startAnother();
        for (boolean resume : new boolean[] {false, true}) {
            assertThatThrownBy(() -> run.lock(resume))
                    .isInstanceOf(LockstepException.class)
                    .hasMessageContaining("is in use by process " + other.pid() + " on ")
                    .extracting(failure -> ((LockstepException) failure).kind())
                    .isEqualTo(LockstepException.Kind.CONFIGURATION);
        }
    }

    @Test
    void theLockOfAKilledRunBlocksNobody() throws Exception {
        for (boolean resume : new boolean[] {true, false}) {
            startAnother();
            other.destroyForcibly().waitFor();
            assertThat(path.resolve(".lock-1")).exists();
            RunLock lock = run.lock(resume);
            lock.requireHeld();
            assertThat(path.toFile().list()).containsExactly(".lock-2");
            lock.close();
        }
    }

    @Test
    void aRunThatWroteNothingLeavesNothing() throws Exception {
        run.lock(false).close();
        assertThat(parent).isEmptyDirectory();
        Files.createDirectories(path);
        run.lock(false).close();
        assertThat(path).isEmptyDirectory();
    }

    @Test
    void aRunThatWroteSomethingLeavesOnlyThat() throws Exception {
        try (RunLock lock = run.lock(false)) {
            lock.requireHeld();
            run.directory().write("run.json", "{}");
        }
        assertThat(path.toFile().list()).containsExactly("run.json");
    }

    @Test
    void ofTwoRunsInOneProcessTheSecondIsRefused() {
        try (RunLock first = run.lock(false)) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> run.lock(true)).hasMessageContaining("is in use by process");
        }
    }

    @Test
    void aRunThatAnotherTookOverFromWritesNoMore() throws Exception {
        try (RunLock lock = run.lock(false)) {
            Files.copy(path.resolve(".lock-1"), path.resolve(".lock-2"));
            assertThatThrownBy(lock::requireHeld).hasMessageContaining("another run has taken over");
        }
    }

    @Test
    void theLockOfAnotherMachineCountsUnlessTheRunResumes() throws Exception {
        lockOfAnotherMachine(0);
        assertThatThrownBy(() -> run.lock(false)).hasMessageContaining("process 7 on elsewhere", "--resume takes over");
        RunLock.requireFree(run.directory(), Duration.ofMillis(10));
    }

    @Test
    void aResumingRunSeesThatTheOneOnAnotherMachineIsAlive() throws Exception {
        lockOfAnotherMachine(0);
        Thread renewal = new Thread(() -> {
            for (int i = 1; !Thread.currentThread().isInterrupted(); i++) {
                lockOfAnotherMachine(i);
            }
        });
        renewal.start();
        try {
            assertThatThrownBy(() -> RunLock.requireFree(run.directory(), Duration.ofMinutes(1)))
                    .hasMessageContaining("process 7 on elsewhere");
        } finally {
            renewal.interrupt();
            renewal.join();
        }
    }

    @Test
    void aRunThatWasFasterKeepsItsLock() throws Exception {
        long dead = RunLock.requireFree(run.directory(), false);
        try (RunLock faster = run.lock(false)) {
            assertThatThrownBy(() -> RunLock.take(run.directory(), dead)).hasMessageContaining("is in use by process");
            faster.requireHeld();
        }
    }

    @Test
    void aNumberThatIsUsedAgainIsAnothersLock() throws Exception {
        try (RunLock lock = run.lock(false)) {
            lockOfAnother("another", 1);
            assertThatThrownBy(lock::requireHeld).hasMessageContaining("another run has taken over");
        }
        assertThat(path.resolve(".lock-1")).exists();
    }

    @Test
    void aLockThatSaysNothingDoesNotBlockAResumingRun() throws IOException {
        Files.createDirectories(path);
        Files.writeString(path.resolve(".lock-1"), "{");
        assertThatThrownBy(() -> run.lock(false)).hasMessageContaining("a lock that says nothing");
        run.lock(true).close();
    }

    private void lockOfAnotherMachine(int renewals) {
        lockOfAnother("another", renewals);
    }

    private void lockOfAnother(String machine, int renewals) {
        String json = "{\"id\":\"x\",\"host\":\"elsewhere\",\"machine\":\"" + machine
                + "\",\"user\":\"u\",\"process\":7,\"processStarted\":\"\","
                + "\"since\":\"2026-01-02T03:04:05Z\",\"renewals\":" + renewals + "}";
        try {
            run.directory().write(".lock-1", json);
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private void startAnother() throws IOException {
        other = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        path.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out = other.inputReader();
        assertThat(out.readLine()).isEqualTo("locked");
    }

    /** Takes a directory and keeps it until the process is killed. */
    static final class Holder {
        public static void main(String[] arguments) throws InterruptedException {
            at(Path.of(arguments[0])).lock(false);
            System.out.println("locked");
            Thread.currentThread().join();
        }
    }
}
