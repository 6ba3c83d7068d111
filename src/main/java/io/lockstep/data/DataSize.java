package io.lockstep.data;

/**
 * How large a set of rows is; it follows from the rows, not from the files.
 *
 * @param bytes of all rows, as they are dealt
 */
public record DataSize(long rows, long bytes) {
    DataSize plus(DataSize other) {
        return new DataSize(rows + other.rows, bytes + other.bytes);
    }
}
