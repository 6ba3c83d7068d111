package io.lockstep.training;

import io.lockstep.AtomicFiles;
import io.lockstep.LockstepException;
import io.lockstep.metrics.MetricsTable;
import io.lockstep.model.Json;
import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Where each file of a run stands. */
public record RunDirectory(Path path, Configuration hadoop) {
    public RunDirectory(String location, Configuration hadoop) {
        this(new Path(location), hadoop);
    }

    /**
     * Refuses a place that holds something already. It creates nothing, so that bad input leaves nothing behind.
     *
     * @throws LockstepException of kind {@code CONFIGURATION}
     */
    public void requireUnused() {
        try {
            FileSystem fileSystem = path.getFileSystem(hadoop);
            if (!fileSystem.exists(path)) {
                return;
            }
            FileStatus status = fileSystem.getFileStatus(path);
            if (status.isFile() || fileSystem.listStatus(path).length > 0) {
                String found = status.isFile() ? "a file" : fileSystem.exists(record()) ? "a run" : "other files";
                throw LockstepException.configuration("--output: expected a new or empty directory, found that " + path
                        + " holds " + found + " already; choose another or remove it");
            }
        } catch (IOException failure) {
            throw unusable(failure);
        }
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
        } catch (IOException failure) {
            throw unusable(failure);
        }
    }

    public MetricsTable metrics() {
        return new MetricsTable(new Path(path, "metrics"), hadoop);
    }

    public Path model() {
        return new Path(path, "model");
    }

    public Path plots() {
        return new Path(path, "plots.png");
    }

    private Path record() {
        return new Path(path, "run.json");
    }

    /** Writes {@code run.json}, whose presence says that the run is complete. */
    public void complete(Map<String, Object> record) throws IOException {
        AtomicFiles.write(record(), Json.write(record), hadoop);
    }

    private LockstepException unusable(IOException failure) {
        return LockstepException.configuration(
                "--output: expected a place to write to, found " + path + ": " + failure.getMessage());
    }
}
