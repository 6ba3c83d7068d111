package io.lockstep;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/** Files on any Hadoop file system that are either complete under their name or absent. */
public final class AtomicFiles {
    private AtomicFiles() {}

    /** Writes through a temporary file beside the target, which is then renamed over it. */
    public static void write(Path target, byte[] content, Configuration hadoop) throws IOException {
        write(target, hadoop, temporary -> {
            try (FSDataOutputStream out = fileSystem(temporary, hadoop).create(temporary, true)) {
                out.write(content);
                if (out.hasCapability(StreamCapabilities.HSYNC)) {
                    out.hsync();
                }
            }
        });
    }

    public static void write(Path target, String content, Configuration hadoop) throws IOException {
        write(target, content.getBytes(StandardCharsets.UTF_8), hadoop);
    }

    /** As {@link #write(Path, byte[], Configuration)}, for a writer that opens the temporary file itself. */
    public static void write(Path target, Configuration hadoop, FileWriter writer) throws IOException {
        Path temporary = temporary(target);
        FileSystem fileSystem = fileSystem(target, hadoop);
        writer.write(temporary);
        if (!fileSystem.rename(temporary, target)) {
            // HDFS renames over an existing file only when told to; a local file system always does.
            FileContext.getFileContext(fileSystem.getUri(), hadoop).rename(temporary, target, Options.Rename.OVERWRITE);
        }
    }

    /** Writes one file from its beginning to its end. */
    @FunctionalInterface
    public interface FileWriter {
        void write(Path file) throws IOException;
    }

    /** A leading dot hides the unfinished file from Spark and other readers of the directory. */
    private static Path temporary(Path target) {
        return new Path(target.getParent(), "." + target.getName() + ".inprogress");
    }

    private static FileSystem fileSystem(Path path, Configuration hadoop) throws IOException {
        FileSystem fileSystem = path.getFileSystem(hadoop);
        fileSystem.setWriteChecksum(false); // no .crc files beside ours; every format we write is checked when read
        return fileSystem;
    }
}
