package io.lockstep.training;

import io.lockstep.AtomicFiles;
import io.lockstep.LockstepException;
import io.lockstep.metrics.MetricsTable;
import io.lockstep.model.CheckpointDirectory;
import io.lockstep.model.Json;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsAction;

/** Where each file of a run stands. */
public record RunDirectory(Path path, Configuration hadoop) {
    private static final String RECORD = "run.json";
    private static final String METRICS = "metrics";
    private static final String CHECKPOINTS = "checkpoints";
    private static final String MODEL = "model";
    private static final String PLOTS = "plots.png";

    /**
     * @throws LockstepException of kind {@code CONFIGURATION} if it is no path
     */
    public static RunDirectory at(String location, Configuration hadoop) {
        try {
            return new RunDirectory(new Path(location), hadoop);
        } catch (IllegalArgumentException invalid) {
            throw LockstepException.configuration(
                    "--output: expected a path, found " + location + ": " + invalid.getMessage());
        }
    }

    /**
     * Checks that a run can be written here. It creates nothing, so that bad input leaves nothing behind.
     *
     * @param resume whether an unfinished or extended run may stand here already
     * @throws LockstepException of kind {@code CONFIGURATION}
     */
    public void check(boolean resume) {
        try {
            FileSystem fileSystem = path.getFileSystem(hadoop);
            if (fileSystem.exists(path)) {
                checkContent(fileSystem, resume);
            }
            Path existing = path.makeQualified(fileSystem.getUri(), fileSystem.getWorkingDirectory());
            while (!fileSystem.exists(existing)) {
                existing = existing.getParent();
            }
            fileSystem.access(existing, FsAction.WRITE_EXECUTE);
        } catch (IOException | IllegalArgumentException failure) {
            throw unusable(failure);
        }
    }

    private void checkContent(FileSystem fileSystem, boolean resume) throws IOException {
        if (!fileSystem.getFileStatus(path).isDirectory()) {
            throw taken("a file", "choose another");
        }
        List<String> names = Arrays.stream(fileSystem.listStatus(path))
                .map(FileStatus::getPath)
                .map(Path::getName)
                .toList();
        boolean ours = names.stream()
                .allMatch(name -> name.startsWith(".")
                        || List.of(RECORD, METRICS, CHECKPOINTS, MODEL, PLOTS).contains(name));
        if (names.isEmpty() || resume && ours) {
            return;
        }
        if (names.contains(RECORD)) {
            throw taken("a run", "choose another or remove it");
        }
        throw ours
                ? taken("an unfinished run", "go on with it by --resume, choose another, or remove it")
                : taken("other files", "choose another");
    }

    /**
     * Creates the directory.
     *
     * @throws LockstepException of kind {@code CONFIGURATION} if it cannot be written to
     */
    public void create() {
        try {
            if (!path.getFileSystem(hadoop).mkdirs(path)) {
                throw new IOException("the directory cannot be created");
            }
        } catch (IOException | IllegalArgumentException failure) {
            throw unusable(failure);
        }
    }

    public MetricsTable metrics() {
        return new MetricsTable(new Path(path, METRICS), hadoop);
    }

    /**
     * @param keepCount how many checkpoints are kept
     */
    public CheckpointDirectory checkpoints(int keepCount) {
        return new CheckpointDirectory(new Path(path, CHECKPOINTS), keepCount, hadoop);
    }

    public Path model() {
        return new Path(path, MODEL);
    }

    public Path plots() {
        return new Path(path, PLOTS);
    }

    /**
     * @throws LockstepException of kind {@code CONFIGURATION} if there is a complete run, which training from the beginning
     *     would destroy
     */
    void requireNoResult() throws IOException {
        if (path.getFileSystem(hadoop).exists(new Path(path, RECORD))) {
            throw taken("a complete run without checkpoints to go on from", "choose another or remove it");
        }
    }

    /** Removes {@code run.json}: from here on the run is not complete. */
    void removeResult() throws IOException {
        path.getFileSystem(hadoop).delete(new Path(path, RECORD), false);
    }

    /** Writes {@code run.json}, whose presence says that the run is complete. */
    public void complete(Map<String, Object> record) throws IOException {
        AtomicFiles.write(new Path(path, RECORD), Json.write(record), hadoop);
    }

    private LockstepException taken(String found, String advice) {
        return LockstepException.configuration("--output: expected a new or empty directory, found that " + path
                + " holds " + found + " already; " + advice);
    }

    private LockstepException unusable(Exception failure) {
        return LockstepException.configuration(
                "--output: expected a place to write to, found " + path + ": " + failure.getMessage());
    }
}
