package io.lockstep.cli;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.spark.SparkEnv;

/** The directories for Spark's blocks in this process: in local mode, the rows that are shuffled and spilled. */
final class BlockDirectories {
    private BlockDirectories() {}

    /** Keeps other users out. Spark makes these directories in the temporary directory and leaves that to the umask. */
    static void closeToOthers() throws IOException {
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            for (String directory :
                    SparkEnv.get().blockManager().diskBlockManager().localDirsString()) {
                Files.setPosixFilePermissions(Path.of(directory), PosixFilePermissions.fromString("rwx------"));
            }
        }
    }
}
