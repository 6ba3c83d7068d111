package io.lockstep.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.lockstep.LockstepException;
import io.lockstep.storage.Directory;
import io.lockstep.storage.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.util.ShutdownHookManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write into a run directory, which one process has at a time. It is a file {@code .lock-N} in the
 * directory, and the highest N counts: a lock is taken, or taken over from a run that is dead, by creating the next one
 * exclusively. That needs nothing of the file system but that of two processes that create the same file one fails.
 *
 * <p>A lock of this machine is dead if its process is. A lock of another machine is dead if its run does not renew it
 * for half a minute, which a resuming run waits for.
 */
final class RunLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunLock.class);
    private static final Pattern NAME = Pattern.compile("\\.lock-(\\d{1,9})");
    private static final int MAX_BYTES = 1 << 16;
    private static final Duration RENEWAL = Duration.ofSeconds(5);
    private static final Duration LIFE_WITHOUT_RENEWAL = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final int ATTEMPTS_TO_READ = 4;

    private final Directory directory;
    private final long number;
    private final List<org.apache.hadoop.fs.Path> created;
    private final ScheduledExecutorService renewal;
    private final Runnable atShutdown = this::release;
    private LockOwner owner;
    private boolean released;

    private RunLock(Directory directory, long number, LockOwner owner, List<org.apache.hadoop.fs.Path> created) {
        this.directory = directory;
        this.number = number;
        this.owner = owner;
        this.created = created;
        this.renewal = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "lockstep-run-lock");
            thread.setDaemon(true);
            return thread;
        });
        ShutdownHookManager.get().addShutdownHook(atShutdown, FileSystem.SHUTDOWN_HOOK_PRIORITY + 1);
        renewal.scheduleWithFixedDelay(this::renew, RENEWAL.toMillis(), RENEWAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Refuses a directory that a living run holds. It writes nothing.
     *
     * @return the number of the dead lock that was found; 0 if there was none
     * @throws LockstepException of kind {@code CONFIGURATION} that names the other run
     */
    static long requireFree(Directory directory, boolean resume) throws IOException {
        return requireFree(directory, resume ? LIFE_WITHOUT_RENEWAL : Duration.ZERO);
    }

    /**
     * As above.
     *
     * @param patience how long to wait for a lock of another machine to be renewed; without any, it counts as alive
     */
    static long requireFree(Directory directory, Duration patience) throws IOException {
        long newest = newest(directory);
        if (newest > 0) {
            Optional<LockOwner> found = read(directory, newest);
            if (found.isPresent() && isAlive(found.get(), directory, patience)) {
                throw held(directory, found.get(), patience);
            }
            if (found.isEmpty() && patience.isZero() && numbers(directory).contains(newest)) {
                throw LockstepException.configuration(
                        "--output: expected a directory of its own, found a lock that says nothing, "
                                + directory.file(name(newest)) + "; if no run is using it, --resume takes over");
            }
        }
        return newest;
    }

    /**
     * Takes the lock of a directory that {@link #requireFree} has found free, and creates the directory if it is
     * missing.
     *
     * @param dead the number that it has found
     * @throws LockstepException of kind {@code CONFIGURATION} if another run was faster
     * @throws IOException if the directory cannot be written to
     */
    static RunLock take(Directory directory, long dead) throws IOException {
        List<org.apache.hadoop.fs.Path> missing = directory.missing();
        long number = dead + 1;
        LockOwner owner = LockOwner.ofThisProcess();
        try {
            directory.create();
            directory.writeExclusively(name(number), encode(owner));
        } catch (IOException failure) {
            // An object store may say so of a request that it has answered before, and whose answer was lost.
            if (!isOwn(owner, read(directory, number))) {
                requireFree(directory, Duration.ZERO); // another run was faster
                removeEmpty(directory, missing);
                throw failure;
            }
        }
        for (long other : numbers(directory)) {
            if (other > number) {
                directory.delete(name(number));
                throw LockstepException.configuration(
                        "--output: expected a directory of its own, found that another run has just taken "
                                + directory.path());
            }
            if (other < number) {
                directory.delete(name(other));
            }
        }
        return new RunLock(directory, number, owner, missing);
    }

    /**
     * Asked before anything is written: a run that stood still for so long that another took over must not go on.
     *
     * @throws LockstepException of kind {@code CONFIGURATION} if this run does not hold the directory any more
     */
    void requireHeld() throws IOException {
        if (!isHeld()) {
            throw LockstepException.configuration("--output: another run has taken over " + directory.path()
                    + ", because this one did not answer for " + LIFE_WITHOUT_RENEWAL.toSeconds() + " s");
        }
    }

    /** Gives the directory back, and removes it if nothing was written into it. */
    @Override
    public void close() {
        ShutdownHookManager hooks = ShutdownHookManager.get();
        if (!hooks.isShutdownInProgress()) {
            hooks.removeShutdownHook(atShutdown);
        }
        release();
    }

    private void release() {
        renewal.shutdown(); // without interrupting a request under way, which could be carried out later
        synchronized (this) {
            if (released) {
                return;
            }
            released = true;
            try {
                if (isHeld()) {
                    directory.delete(name(number));
                    removeEmpty(directory, created);
                }
            } catch (IOException | RuntimeException failure) {
                LOG.warn("cannot remove the lock {}: {}", directory.file(name(number)), failure.getMessage());
            }
        }
    }

    /** Numbers are used again once all locks are gone, so the id decides. */
    private boolean isHeld() throws IOException {
        return newest(directory) == number && isOwn(owner, read(directory, number));
    }

    private static boolean isOwn(LockOwner owner, Optional<LockOwner> found) {
        return found.filter(each -> each.id().equals(owner.id())).isPresent();
    }

    private synchronized void renew() {
        try {
            if (!released && isHeld()) {
                owner = owner.renewed();
                directory.write(name(number), encode(owner));
            }
        } catch (IOException | RuntimeException | FSError failure) { // anything thrown would end all further renewals
            LOG.warn("cannot renew the lock {}: {}", directory.file(name(number)), failure.getMessage());
        }
    }

    private static boolean isAlive(LockOwner owner, Directory directory, Duration patience) throws IOException {
        Optional<Boolean> here = owner.isOnThisMachine() ? owner.isAliveOnThisMachine() : Optional.empty();
        return here.isPresent() ? here.get() : patience.isZero() || isRenewed(owner, directory, patience);
    }

    /** Waits until the lock is renewed or released, or has lived for too long without that. */
    private static boolean isRenewed(LockOwner owner, Directory directory, Duration patience) throws IOException {
        LOG.warn(
                "{} is locked by process {} on {}; waiting up to {} s to see whether that run is alive",
                directory.path(),
                owner.process(),
                owner.host(),
                patience.toSeconds());
        long started = System.nanoTime();
        while (System.nanoTime() - started < patience.toNanos()) {
            pause();
            long newest = newest(directory);
            if (newest == 0) {
                return false;
            }
            if (read(directory, newest).filter(now -> !now.equals(owner)).isPresent()) {
                return true;
            }
        }
        return false;
    }

    private static LockstepException held(Directory directory, LockOwner owner, Duration patience) {
        boolean elsewhere = patience.isZero() && !owner.isOnThisMachine();
        return LockstepException.configuration("--output: expected a directory of its own, found that "
                + directory.path() + " is in use by process " + owner.process() + " on " + owner.host() + " since "
                + owner.since() + "; choose another, or wait until that run ends"
                + (elsewhere ? "; if it is dead, --resume takes over from it" : ""));
    }

    private static void removeEmpty(Directory directory, List<org.apache.hadoop.fs.Path> created) throws IOException {
        for (org.apache.hadoop.fs.Path path : created) {
            directory.deleteIfEmpty(path);
        }
    }

    private static long newest(Directory directory) throws IOException {
        List<Long> numbers = numbers(directory);
        return numbers.isEmpty() ? 0 : numbers.get(numbers.size() - 1);
    }

    private static List<Long> numbers(Directory directory) throws IOException {
        return directory.files().stream()
                .map(NAME::matcher)
                .filter(Matcher::matches)
                .map(matcher -> Long.valueOf(matcher.group(1)))
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    private static String name(long number) {
        return ".lock-" + number;
    }

    private static byte[] encode(LockOwner owner) {
        return Json.write(owner).getBytes(StandardCharsets.UTF_8);
    }

    /** Empty if it is gone. A lock is created before it is written, so one that is not readable yet is read again. */
    private static Optional<LockOwner> read(Directory directory, long number) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS_TO_READ; attempt++) {
            try {
                String text = new String(directory.read(name(number), MAX_BYTES), StandardCharsets.UTF_8);
                return Optional.of(Json.read(text, LockOwner.class));
            } catch (LockstepException | JsonProcessingException unreadable) {
                if (!numbers(directory).contains(number)) {
                    break;
                }
                pause();
            } catch (UncheckedIOException unreachable) { // or replaced while it was read, as object stores have it
                if (attempt == ATTEMPTS_TO_READ - 1) {
                    throw unreachable.getCause();
                }
                pause();
            }
        }
        return Optional.empty();
    }

    /** No file system of Hadoop's tells of changes. */
    private static void pause() throws IOException {
        try {
            Thread.sleep(POLL.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for another run's lock", interrupted);
        }
    }
}
