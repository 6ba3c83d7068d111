package io.lockstep.data;

import java.io.Serializable;

/** How rows lie in bytes, one after the other. */
interface RowFraming extends Serializable {
    /** Where the row that starts at {@code row} ends. */
    int end(byte[] rows, int row);

    /** The hash by which the row is dealt. */
    RowHash hash(byte[] rows, int row);

    /** Orders rows by their content. */
    int compare(byte[] rows, int left, int right);
}
