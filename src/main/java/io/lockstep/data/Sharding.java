package io.lockstep.data;

import io.lockstep.LockstepException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.collections4.iterators.PeekingIterator;
import org.apache.spark.Partitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * Deals rows into shards by their content. The number of shards is part of what is computed; the number of partitions
 * only says where.
 *
 * @param shardCount shards of each split
 * @param partitionCount at most the shard count; shard s lies in partition ⌊s · partitions / shards⌋
 */
public record Sharding(int shardCount, int partitionCount) implements Serializable {
    public static final int MAX_SHARDS = 1_000_000;

    private static final long BYTES_PER_SHARD = 256L << 20;
    private static final int ROWS_PER_SLICE = 64;
    private static final int FEWEST_ROWS_PER_SLICE = 16;

    public Sharding {
        if (partitionCount < 1 || partitionCount > shardCount) {
            throw new IllegalArgumentException(
                    "expected 1 to " + shardCount + " partitions for as many shards, found " + partitionCount);
        }
    }

    /**
     * The default number of shards: about 64 rows a shard and step, two shards where that would be one but leaves each
     * at least 16, and at most 256 MB of training rows a shard. It depends on the training data and the batch size,
     * never on the cluster, nor on rows that are only judged.
     */
    public static int defaultShardCount(DataSize train, int batchSize) {
        long rows = Math.min(batchSize, train.rows());
        long byMemory = (train.bytes() + BYTES_PER_SHARD - 1) / BYTES_PER_SHARD;
        long byBatch = Math.max(Math.min(2, rows / FEWEST_ROWS_PER_SLICE), Math.round((double) rows / ROWS_PER_SLICE));
        return (int) Math.min(MAX_SHARDS, Math.max(1, Math.max(byBatch, byMemory)));
    }

    /**
     * How many separate sums all partitions together send in a step: neighbouring shards are added where they lie as
     * far as they make up whole subtrees of the binary tree over all shards.
     */
    public long subtreesOfAllPartitions() {
        long subtrees = 0;
        int from = 0;
        while (from < shardCount) {
            int end = from + 1;
            while (end < shardCount && partition(end) == partition(from)) {
                end++;
            }
            while (from < end) {
                int size = Math.min(
                        from == 0 ? Integer.highestOneBit(end) : Integer.lowestOneBit(from),
                        Integer.highestOneBit(end - from));
                from += size;
                subtrees++;
            }
        }
        return subtrees;
    }

    /**
     * Packs rows for their shards.
     *
     * @param rows framed, each a new array
     * @param validationFraction of the rows that go to validation instead
     */
    JavaPairRDD<Integer, byte[]> blocks(
            JavaRDD<byte[]> rows, RowFraming framing, Split split, double validationFraction) {
        return rows.mapPartitionsToPair(partition -> new RowBlocks(
                partition,
                framing,
                hash -> key(hash.isWithin(validationFraction) ? Split.VALIDATION : split, hash.shard(shardCount))));
    }

    /**
     * Sends packed rows to their shards: every shard of every split, the empty ones too, each in its partition. Spark
     * sorts the blocks by shard, on disk if need be, so that a task holds the rows of one shard at a time.
     */
    JavaRDD<DealtRows> dealt(JavaPairRDD<Integer, byte[]> blocks) {
        return blocks.repartitionAndSortWithinPartitions(new ByShard(this)).mapPartitions(this::assemble, true);
    }

    /** The shards of a partition, split by split, from their blocks in this order. */
    private Iterator<DealtRows> assemble(Iterator<Tuple2<Integer, byte[]>> sorted) {
        int number = TaskContext.getPartitionId();
        PeekingIterator<Tuple2<Integer, byte[]>> blocks = PeekingIterator.peekingIterator(sorted);
        return IntStream.range(0, Split.values().length * shardCount)
                .filter(key -> partition(key % shardCount) == number)
                .mapToObj(key -> {
                    List<byte[]> own = new ArrayList<>();
                    while (blocks.hasNext() && blocks.peek()._1() == key) {
                        own.add(blocks.next()._2());
                    }
                    return new DealtRows(Split.values()[key / shardCount], key % shardCount, concatenate(own));
                })
                .iterator();
    }

    private static byte[] concatenate(List<byte[]> blocks) {
        long bytes = blocks.stream().mapToLong(block -> block.length).sum();
        if (bytes > Integer.MAX_VALUE - 8) {
            throw LockstepException.configuration(
                    "--shards: expected shards of less than 2 GB, found one of " + bytes + " bytes; use more shards");
        }
        int length = (int) bytes;
        byte[] all = new byte[length];
        int end = 0;
        for (byte[] block : blocks) {
            System.arraycopy(block, 0, all, end, block.length);
            end += block.length;
        }
        return all;
    }

    int key(Split split, int shard) {
        return split.ordinal() * shardCount + shard;
    }

    private int partition(int shard) {
        return (int) ((long) shard * partitionCount / shardCount);
    }

    /** Sends the blocks of shard s, of whatever split, to the partition of s. */
    private static final class ByShard extends Partitioner {
        private static final long serialVersionUID = 1;

        private final Sharding sharding;

        ByShard(Sharding sharding) {
            this.sharding = sharding;
        }

        @Override
        public int numPartitions() {
            return sharding.partitionCount();
        }

        @Override
        public int getPartition(Object key) {
            return sharding.partition((Integer) key % sharding.shardCount());
        }
    }
}
