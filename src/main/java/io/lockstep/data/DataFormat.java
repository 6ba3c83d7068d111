package io.lockstep.data;

import java.util.Locale;
import org.apache.hadoop.conf.Configuration;

/** The file formats by name. */
public enum DataFormat {
    /** MNIST's format: unsigned bytes under a header of big-endian sizes, images and labels in separate files. */
    IDX {
        @Override
        public DataSource open(String uri, Configuration hadoop) {
            return IdxSource.open(uri, hadoop);
        }
    };

    /**
     * Opens a data set and checks all that can be checked without reading it.
     *
     * @param uri a file, a glob, or several of either, separated by commas
     * @throws io.lockstep.LockstepException of kind {@code DATA}
     */
    public abstract DataSource open(String uri, Configuration hadoop);

    /** The name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
