package io.lockstep.training;

import io.lockstep.HadoopPaths;
import io.lockstep.LockstepException;
import io.lockstep.metrics.MetricsTable;
import io.lockstep.storage.Directory;
import io.lockstep.storage.Directory.Entry;
import io.lockstep.training.checkpoint.CheckpointDirectory;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The places of a run's files. */
public record RunDirectory(Directory directory) {
    private static final String METRICS = "metrics";
    private static final String CHECKPOINTS = "checkpoints";
    private static final String MODEL = "model";
    private static final String PICTURES = "plots.png";
    private static final String PAGE = "report.html";
    private static final String EVALUATION = "evaluation";

    /** Where event files may lie, if they are to lie in the run directory. */
    public static final String TENSORBOARD = "tensorboard";

    private static final List<String> NAMES =
            List.of(RunRecord.FILE, METRICS, CHECKPOINTS, MODEL, PICTURES, PAGE, EVALUATION, TENSORBOARD);

    /** @throws LockstepException of kind {@code CONFIGURATION} if it is no path */
    public static RunDirectory at(String location, Configuration hadoop) {
        try {
            return new RunDirectory(Directory.at(HadoopPaths.parse(location, hadoop), hadoop));
        } catch (IllegalArgumentException invalid) {
            throw LockstepException.configuration(
                    "--output: expected a path, found " + location + ": " + invalid.getMessage());
        }
    }

    /**
     * Takes the directory for a run, and creates it if it is missing. If nothing is written into it until the lock is
     * closed, it is removed again.
     *
     * @param resume whether there may be an unfinished or complete run already
     * @throws LockstepException of kind {@code CONFIGURATION} if it cannot be written to, holds something else, or
     *     another run is using it
     */
    RunLock lock(boolean resume) {
        try {
            if (directory.isFile()) {
                throw taken("a file", "choose another");
            }
            long dead = RunLock.requireFree(directory, resume);
            check(resume);
            RunLock lock = RunLock.take(directory, dead);
            try {
                check(resume); // another run may have come and gone since
                return lock;
            } catch (IOException | RuntimeException failure) {
                lock.close();
                throw failure;
            }
        } catch (IOException | IllegalArgumentException failure) {
            throw LockstepException.configuration(
                    "--output: expected a place to write to, found " + path() + ": " + reason(failure));
        }
    }

    private void check(boolean resume) throws IOException {
        SortedMap<String, Entry> entries = directory.entries();
        entries.keySet().removeIf(name -> name.startsWith(".")); // .gitkeep, .DS_Store, our own locks
        boolean ours = NAMES.containsAll(entries.keySet());
        boolean begun = entries.keySet().stream().anyMatch(name -> !name.equals(TENSORBOARD));
        if (!begun || resume && ours) {
            requireNoLinks();
            return;
        }
        if (entries.containsKey(RunRecord.FILE)) {
            throw taken("a run", "choose another or remove it");
        }
        throw ours
                ? taken("an unfinished run", "continue it by --resume, choose another, or remove it")
                : taken("other files", "choose another");
    }

    /** Whether files in a place would be in the way of the run when it resumes. */
    public boolean isInTheWay(String location) {
        try {
            String place = qualified(HadoopPaths.parse(location, directory.hadoop())) + "/";
            return place.startsWith(qualified(path()) + "/")
                    && !place.startsWith(qualified(directory.file(TENSORBOARD)) + "/");
        } catch (IOException | IllegalArgumentException nowhere) { // reported when something is written there
            return false;
        }
    }

    private Path qualified(Path place) throws IOException {
        return HadoopPaths.fileSystem(place, directory.hadoop()).makeQualified(place);
    }

    /** Somebody else's link would let this run write to wherever it leads. */
    private void requireNoLinks() throws IOException {
        for (Directory each : List.of(
                directory,
                directory.directory(METRICS),
                directory.directory(CHECKPOINTS),
                directory.directory(MODEL),
                directory.directory(EVALUATION),
                directory.directory(TENSORBOARD))) {
            for (Map.Entry<String, Entry> entry : each.entries().entrySet()) {
                if (entry.getValue() == Entry.LINK) {
                    throw LockstepException.configuration(
                            "--output: expected a run directory without symbolic links, found "
                                    + each.file(entry.getKey()) + "; remove it");
                }
            }
        }
    }

    public Path path() {
        return directory.path();
    }

    public MetricsTable metrics() {
        return new MetricsTable(directory.directory(METRICS));
    }

    /** @param keepCount how many checkpoints are kept */
    public CheckpointDirectory checkpoints(int keepCount) {
        return new CheckpointDirectory(directory.directory(CHECKPOINTS), keepCount);
    }

    /** The directory of the trained model; it need not exist yet. */
    public Directory model() {
        return directory.directory(MODEL);
    }

    /** The directory of what an evaluation of the model has found; it need not exist. */
    public Directory evaluation() {
        return directory.directory(EVALUATION);
    }

    /** Writes, or replaces, the page that shows the run. */
    public void writePage(byte[] html) throws IOException {
        directory.write(PAGE, html);
    }

    void writePictures(byte[] png) throws IOException {
        directory.write(PICTURES, png);
    }

    /**
     * @throws LockstepException of kind {@code CONFIGURATION} if there is a complete run, which training from the
     *     beginning would destroy
     */
    void requireNoResult() throws IOException {
        if (directory.files().contains(RunRecord.FILE)) {
            throw taken("a complete run without checkpoints to resume from", "choose another or remove it");
        }
    }

    /** Removes the checkpoints after a step, and directories that then have nothing. */
    void removeRehearsal(long step) throws IOException {
        checkpoints(1).removeAfter(step);
        for (String name : directory.entries().keySet()) {
            directory.deleteIfEmpty(directory.file(name));
        }
    }

    /**
     * Removes {@code run.json}: from here on the run is not complete. And the evaluation of its weights, and what a
     * killed run has left unfinished.
     */
    void removeResult() throws IOException {
        directory.delete(RunRecord.FILE);
        for (String name : evaluation().files()) {
            evaluation().delete(name);
        }
        directory.deleteUnfinished();
    }

    private LockstepException taken(String found, String advice) {
        return LockstepException.configuration("--output: expected a new or empty directory, found that " + path()
                + " holds " + found + " already; " + advice);
    }

    /** Java's own messages of the most common failures are nothing but the path. */
    private static String reason(Exception failure) {
        return failure instanceof java.nio.file.AccessDeniedException
                ? "permission denied"
                : failure instanceof java.nio.file.FileSystemException known && known.getReason() != null
                        ? known.getReason()
                        : failure.getMessage();
    }
}
