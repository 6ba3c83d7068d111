package io.lockstep.data;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import scala.Tuple2;

/**
 * Packs rows that go to the same shard together, so that the shuffle moves few large records: an iterator from rows to
 * (key of a shard, rows one after another).
 */
final class RowBlocks implements Iterator<Tuple2<Integer, byte[]>> {
    private static final int BLOCK_BYTES = 64 << 10;

    private final Iterator<byte[]> rows;
    private final Sharding sharding;
    private final Split split;
    private final double validationFraction;
    private final Map<Integer, ByteArrayOutputStream> open = new HashMap<>();

    RowBlocks(Iterator<byte[]> rows, Sharding sharding, Split split, double validationFraction) {
        this.rows = rows;
        this.sharding = sharding;
        this.split = split;
        this.validationFraction = validationFraction;
    }

    @Override
    public boolean hasNext() {
        return rows.hasNext() || !open.isEmpty();
    }

    @Override
    public Tuple2<Integer, byte[]> next() {
        while (rows.hasNext()) {
            byte[] row = rows.next();
            RowHash hash = RowHash.of(row, 0, row.length);
            Split target = hash.isWithin(validationFraction) ? Split.VALIDATION : split;
            int key = sharding.key(target, hash.shard(sharding.shardCount()));
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
