package io.lockstep.distributed;

import io.lockstep.data.Split;
import io.lockstep.linalg.FloatBytes;
import io.lockstep.linalg.Workers;
import io.lockstep.nn.LossSum;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The losses over all rows of some shards: the result of one task or of several.
 *
 * @param shardCount of each split
 * @param byPlace the loss sum of each shard; the places of a split's shards follow those of the split before
 * @param tasks that have computed them
 */
public record Losses(int shardCount, SortedMap<Integer, LossSum> byPlace, int tasks) implements Partial, Serializable {
    private static final int SHARD_BYTES = Integer.BYTES + LossSumCodec.BYTES;

    /** Those of no shards and no tasks. */
    public static Losses none(int shardCount) {
        return new Losses(shardCount, Collections.emptySortedMap(), 0);
    }

    static int place(Split split, int shard, int shardCount) {
        return split.ordinal() * shardCount + shard;
    }

    private static int places(int shardCount) {
        return Split.values().length * shardCount;
    }

    @Override
    public boolean isComplete() {
        return byPlace.size() == places(shardCount);
    }

    @Override
    public boolean overlaps(Partial other) {
        return ((Losses) other).byPlace.keySet().stream().anyMatch(byPlace::containsKey);
    }

    @Override
    public Losses plus(Partial other, Workers workers) {
        Losses losses = (Losses) other;
        SortedMap<Integer, LossSum> both = new TreeMap<>(byPlace);
        both.putAll(losses.byPlace);
        return new Losses(shardCount, both, tasks + losses.tasks);
    }

    /** The loss sums of every split that has rows, added in the order of shards. */
    public Map<Split, LossSum> bySplit() {
        Map<Split, LossSum> sums = new EnumMap<>(Split.class);
        byPlace.forEach((place, sum) -> {
            if (sum.exampleCount() > 0) {
                sums.merge(Split.values()[place / shardCount], sum, LossSum::plus);
            }
        });
        return sums;
    }

    /**
     * The losses in a new buffer, which is ready to be read: for each shard, in order, its place as int32 and the sums
     * of {@link LossSumCodec}, everything little-endian.
     */
    public ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(SHARD_BYTES, byPlace.size()))
                .order(FloatBytes.ORDER);
        byPlace.forEach((place, sum) -> LossSumCodec.put(sum, bytes.putInt(place)));
        return bytes.flip();
    }

    /**
     * Reads what {@link #encode} has written, up to the end of the buffer, whose position stays where it is.
     *
     * @throws WrongMessageException for anything else
     */
    public static Losses decode(ByteBuffer message, int shardCount, int tasks) {
        ByteBuffer bytes = message.duplicate().order(FloatBytes.ORDER);
        WrongMessageException.unless(
                bytes.remaining() % SHARD_BYTES == 0,
                "expected losses of %d bytes each, found %d bytes",
                SHARD_BYTES,
                bytes.remaining());
        SortedMap<Integer, LossSum> byPlace = new TreeMap<>();
        int next = 0;
        while (bytes.hasRemaining()) {
            int place = bytes.getInt();
            WrongMessageException.unless(
                    place >= next && place < places(shardCount),
                    "expected the loss of a shard in order, from %d on and below %d, found %d",
                    next,
                    places(shardCount),
                    place);
            byPlace.put(place, LossSumCodec.get(bytes, Integer.MAX_VALUE));
            next = place + 1;
        }
        return new Losses(shardCount, byPlace, tasks);
    }
}
