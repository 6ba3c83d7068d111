package io.lockstep.data;

import java.util.Arrays;

/**
 * How one row lies in bytes: its features, one unsigned byte each, and then its label, a little-endian int. The whole
 * of it is the row's content, by which rows are hashed, sorted and told apart.
 */
public record RowFormat(int featureCount) implements RowFraming {
    public RowFormat {
        if (featureCount < 1 || featureCount > Integer.MAX_VALUE - Integer.BYTES) {
            throw new IllegalArgumentException("expected at least one feature, found " + featureCount);
        }
    }

    public int bytes() {
        return featureCount + Integer.BYTES;
    }

    @Override
    public int end(byte[] rows, int row) {
        return row + bytes();
    }

    @Override
    public RowHash hash(byte[] rows, int row) {
        return RowHash.of(rows, row, bytes());
    }

    @Override
    public int compare(byte[] rows, int left, int right) {
        return Arrays.compareUnsigned(rows, left, left + bytes(), rows, right, right + bytes());
    }

    /** The label of the row that starts at {@code offset}. */
    public int label(byte[] rows, int offset) {
        int at = offset + featureCount;
        return (rows[at] & 0xff)
                | (rows[at + 1] & 0xff) << 8
                | (rows[at + 2] & 0xff) << 16
                | (rows[at + 3] & 0xff) << 24;
    }

    void setLabel(byte[] row, int label) {
        for (int i = 0; i < Integer.BYTES; i++) {
            row[featureCount + i] = (byte) (label >>> (8 * i));
        }
    }

    /** How many features of rows that lie one after the other are not 0. */
    long nonZeros(byte[] rows) {
        long count = 0;
        for (int row = 0; row < rows.length; row += bytes()) {
            int end = row + featureCount;
            for (int at = row; at < end; at += EightBytes.COUNT) {
                count += EightBytes.nonZeros(EightBytes.of(rows, at, end));
            }
        }
        return count;
    }
}
