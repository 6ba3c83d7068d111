package io.lockstep.data;

/**
 * How large a set of rows is; it follows from the rows, not from the files.
 *
 * @param bytes of all rows, as they are dealt
 * @param heldBytes of all rows, about, as they are held in memory for training
 */
public record DataSize(long rows, long bytes, long heldBytes) {
    DataSize plus(DataSize other) {
        return new DataSize(rows + other.rows, bytes + other.bytes, heldBytes + other.heldBytes);
    }
}
