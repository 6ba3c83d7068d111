package io.lockstep.model;

import io.lockstep.LockstepException;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Whole files in memory, up to a limit. */
final class Files {
    /** As much as an array holds. */
    static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

    private Files() {}

    /**
     * @throws LockstepException of kind {@code DATA} if the file is missing, too long or cannot be read
     */
    static byte[] read(Path file, int limit, Configuration hadoop) {
        try {
            FileSystem fileSystem = file.getFileSystem(hadoop);
            long length = fileSystem.getFileStatus(file).getLen();
            if (length > limit) {
                throw LockstepException.data(file + ": expected at most " + limit + " bytes, found " + length);
            }
            byte[] content = new byte[(int) length];
            try (FSDataInputStream in = fileSystem.open(file)) {
                in.readFully(content);
            }
            return content;
        } catch (FileNotFoundException missing) {
            throw LockstepException.data(file + ": no such file", missing);
        } catch (IOException failure) {
            throw LockstepException.data(file + ": cannot be read: " + failure.getMessage(), failure);
        }
    }
}
