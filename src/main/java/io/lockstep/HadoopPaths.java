package io.lockstep;

import java.io.IOException;
import java.util.ServiceConfigurationError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Hadoop's paths and file systems, without the surprises that names with colons and missing modules have in store. */
public final class HadoopPaths {
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(//)?.*", Pattern.DOTALL);

    private HadoopPaths() {}

    /**
     * The path that a text names. Hadoop takes everything before a first colon for a scheme; here it is one only if a
     * file system is known for it or {@code //} follows, so {@code 12:00/run} is a relative path.
     *
     * @throws IllegalArgumentException if it is no path
     */
    public static Path parse(String text, Configuration hadoop) {
        Matcher matcher = SCHEME.matcher(text);
        boolean isUri = matcher.matches() && (matcher.group(2) != null || hasFileSystem(matcher.group(1), hadoop));
        return isUri ? new Path(text) : plain(text);
    }

    /**
     * A path without a scheme, whatever colons it has.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public static Path plain(String path) {
        return new Path(null, null, path);
    }

    /** A file or directory in another one; its name may have colons. */
    public static Path child(Path parent, String name) {
        return new Path(parent, plain(name));
    }

    /**
     * The file system of a path.
     *
     * @throws IOException if there is none, if its classes are missing, or if it cannot be reached; the message says
     *     which
     */
    public static FileSystem fileSystem(Path path, Configuration hadoop) throws IOException {
        try {
            return path.getFileSystem(hadoop);
        } catch (RuntimeException | LinkageError | ServiceConfigurationError failure) {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                if (cause instanceof ClassNotFoundException || cause instanceof LinkageError) {
                    throw new IOException(
                            "the file system of " + path.toUri().getScheme() + " is not installed ("
                                    + cause.getMessage() + "); add its module to Spark, for example by --packages",
                            failure);
                }
            }
            throw new IOException(failure.getMessage(), failure);
        }
    }

    /**
     * Opens a file. Hadoop looks for a checksum next to a local one, and cannot where the file's name has a colon:
     * there none is looked for.
     *
     * @throws IOException if it is not there or cannot be read
     */
    public static FSDataInputStream open(FileSystem fileSystem, Path file) throws IOException {
        boolean unchecked =
                fileSystem instanceof ChecksumFileSystem && file.getName().indexOf(':') >= 0;
        return (unchecked ? ((ChecksumFileSystem) fileSystem).getRawFileSystem() : fileSystem).open(file);
    }

    private static boolean hasFileSystem(String scheme, Configuration hadoop) {
        try {
            FileSystem.getFileSystemClass(scheme, hadoop);
            return true;
        } catch (IOException none) {
            return false;
        } catch (RuntimeException notInstalled) {
            return true;
        }
    }
}
