package io.lockstep.data.source;

import java.io.Serializable;
import java.util.SortedMap;
import org.apache.hadoop.fs.Path;

/**
 * A file of a table.
 *
 * @param bytes its length, compressed if it is
 * @param directories the values of columns that are written in names of directories, as in {@code year=2026}, by name;
 *     null where one is missing
 */
record TableFile(String path, long bytes, SortedMap<String, String> directories) implements Serializable {
    Path toPath() {
        return new Path(path);
    }

    String name() {
        return toPath().getName();
    }
}
