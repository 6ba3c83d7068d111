package io.lockstep.tracking.tensorboard;

import io.lockstep.storage.Directory;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.StreamCapabilities;

/**
 * The event files of one directory, to which records are added. Readers see them at once: in one file that grows, or,
 * where the file system shows a file only when it is closed, as object stores do, in a file each time.
 */
final class EventFiles implements Closeable {
    /** Readers take files in the order of their names, so a name has the time in seconds, or a later one. */
    private static final Pattern NAME = Pattern.compile("events\\.out\\.tfevents\\.(\\d{10})\\..*");

    private final Directory directory;
    private FSDataOutputStream out;
    private long lastSeconds;

    /** @param directory need not exist */
    EventFiles(Directory directory) {
        this.directory = directory;
    }

    void append(byte[] records) throws IOException {
        if (out == null) {
            out = create();
        }
        out.write(records);
        if (out.hasCapability(StreamCapabilities.HSYNC)) {
            out.hsync();
        } else {
            close();
        }
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            FSDataOutputStream last = out;
            out = null;
            last.close();
        }
    }

    private FSDataOutputStream create() throws IOException {
        directory.create();
        Instant now = Instant.now();
        if (lastSeconds == 0) {
            for (String name : directory.files()) {
                Matcher earlier = NAME.matcher(name);
                if (earlier.matches()) {
                    lastSeconds = Math.max(lastSeconds, Long.parseLong(earlier.group(1)));
                }
            }
        }
        lastSeconds = Math.max(lastSeconds + 1, now.getEpochSecond());
        FSDataOutputStream created = directory
                .fileSystem()
                .create(directory.file("events.out.tfevents." + lastSeconds + ".lockstep"), false);
        created.write(Event.fileVersion(now));
        return created;
    }
}
