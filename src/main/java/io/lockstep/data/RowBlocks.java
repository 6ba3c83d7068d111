package io.lockstep.data;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.ToIntFunction;
import scala.Tuple2;

/**
 * Packs rows that go to the same shard together, so that the shuffle moves few large records: an iterator from rows to
 * (key of a shard, rows one after another).
 */
final class RowBlocks implements Iterator<Tuple2<Integer, byte[]>> {
    private static final int BLOCK_BYTES = 64 << 10;

    private final Iterator<byte[]> rows;
    private final RowFraming framing;
    private final ToIntFunction<RowHash> keyOf;
    private final Map<Integer, ByteArrayOutputStream> open = new HashMap<>();

    /** @param keyOf of a row, the key of its shard */
    RowBlocks(Iterator<byte[]> rows, RowFraming framing, ToIntFunction<RowHash> keyOf) {
        this.rows = rows;
        this.framing = framing;
        this.keyOf = keyOf;
    }

    @Override
    public boolean hasNext() {
        return rows.hasNext() || !open.isEmpty();
    }

    @Override
    public Tuple2<Integer, byte[]> next() {
        while (rows.hasNext()) {
            byte[] row = rows.next();
            int key = keyOf.applyAsInt(framing.hash(row, 0));
            ByteArrayOutputStream block = open.computeIfAbsent(key, unused -> new ByteArrayOutputStream());
            block.writeBytes(row);
            if (block.size() >= BLOCK_BYTES) {
                return close(key);
            }
        }
        return close(open.keySet().iterator().next());
    }

    private Tuple2<Integer, byte[]> close(int key) {
        return new Tuple2<>(key, open.remove(key).toByteArray());
    }
}
