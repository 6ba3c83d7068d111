package io.lockstep.model;

import io.lockstep.HadoopPaths;
import io.lockstep.LockstepException;
import io.lockstep.storage.Directory;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Finds the directory of a model from what a user gives. */
public final class ModelDirectory {
    private static final String IN_RUN = "model";

    private ModelDirectory() {}

    /**
     * The directory that holds the model.
     *
     * @param option that gave the location, for messages
     * @param location a run directory or its {@code model/}
     * @throws LockstepException of kind {@code CONFIGURATION} if neither has a model
     */
    public static Directory of(String option, String location, Configuration hadoop) throws IOException {
        Path path;
        try {
            path = HadoopPaths.parse(location, hadoop);
        } catch (IllegalArgumentException invalid) {
            throw LockstepException.configuration(
                    option + ": expected a directory, found '" + location + "': " + invalid.getMessage());
        }
        Directory given = Directory.at(path, hadoop);
        Directory inRun = given.directory(IN_RUN);
        for (Directory directory : List.of(given, inRun)) {
            if (directory.files().contains(Description.NAME)) {
                return directory;
            }
        }
        throw LockstepException.configuration(option + ": expected a run directory or its " + IN_RUN + "/, found no "
                + Description.NAME + " in " + path + " or " + inRun.path());
    }
}
