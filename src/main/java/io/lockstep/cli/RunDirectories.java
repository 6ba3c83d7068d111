package io.lockstep.cli;

import io.lockstep.LockstepException;
import io.lockstep.training.RunDirectory;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;

/** Run directories that a command is given to read. */
final class RunDirectories {
    private RunDirectories() {}

    /** @throws LockstepException of kind {@code CONFIGURATION} if there is no such directory */
    static RunDirectory existing(String location, Configuration hadoop) {
        RunDirectory run = RunDirectory.at(location, hadoop);
        try {
            if (run.directory().entries().isEmpty()) {
                throw LockstepException.configuration("expected a run directory, found nothing at " + location);
            }
        } catch (IOException | IllegalArgumentException failure) {
            throw LockstepException.configuration(
                    "expected a run directory, found that " + location + " cannot be read: " + failure.getMessage());
        }
        return run;
    }
}
