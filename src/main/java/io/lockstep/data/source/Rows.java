package io.lockstep.data.source;

import java.io.Closeable;
import java.io.IOException;

/** The rows of a part of a file, one after the other. */
interface Rows extends Closeable {
    /** Moves to the next row, if there is one. */
    boolean next() throws IOException;

    /** The current row, in an object that is always the same. */
    TableRow row();
}
