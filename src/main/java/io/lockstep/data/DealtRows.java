package io.lockstep.data;

import java.io.Serializable;
import java.util.Arrays;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;

/**
 * The rows of one shard and split, in the order in which they happened to arrive.
 *
 * @param rows framed, one after the other
 */
record DealtRows(Split split, int index, byte[] rows) implements Serializable {
    /**
     * Rows in the order that follows from their content alone: by hash, then by content.
     *
     * @param rows framed, one after the other
     * @param hashes of the rows
     */
    record Sorted(byte[] rows, RowHash[] hashes) {}

    /** Hands over where each row starts. */
    void forEach(RowFraming framing, ObjIntConsumer<byte[]> visitor) {
        for (int row = 0; row < rows.length; row = framing.end(rows, row)) {
            visitor.accept(rows, row);
        }
    }

    Sorted sorted(RowFraming framing) {
        IntStream.Builder found = IntStream.builder();
        forEach(framing, (unused, row) -> found.add(row));
        int[] starts = found.build().toArray();
        RowHash[] hashes =
                Arrays.stream(starts).mapToObj(row -> framing.hash(rows, row)).toArray(RowHash[]::new);
        Integer[] order = IntStream.range(0, starts.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, (left, right) -> {
            int byHash = hashes[left].compareTo(hashes[right]);
            return byHash != 0 ? byHash : framing.compare(rows, starts[left], starts[right]);
        });
        byte[] sorted = new byte[rows.length];
        int end = 0;
        for (int row : order) {
            int length = framing.end(rows, starts[row]) - starts[row];
            System.arraycopy(rows, starts[row], sorted, end, length);
            end += length;
        }
        return new Sorted(sorted, Arrays.stream(order).map(row -> hashes[row]).toArray(RowHash[]::new));
    }
}
