package io.lockstep.distributed.resident;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkConf;
import org.apache.spark.network.client.StreamCallbackWithID;
import org.apache.spark.serializer.SerializerManager;
import org.apache.spark.shuffle.IndexShuffleBlockResolver;
import org.apache.spark.shuffle.sort.SortShuffleManager;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.ShuffleBlockId;

/**
 * Spark's own shuffle manager, which also hears the messages of exchanges among executors.
 *
 * <p>Executors have one open port, that of their block manager, and Spark lets them send each other blocks there. A
 * block that belongs to a shuffle is handed to the shuffle manager while it arrives (Spark's decommissioning moves
 * files so), whereas all others are stored, and the driver is told of each. So a message is a block of a shuffle that
 * cannot exist. All other blocks, and all shuffles, are left to Spark.
 */
public final class ExchangeShuffleManager extends SortShuffleManager {
    /** Spark counts shuffles from 0. */
    private static final int NO_SHUFFLE = Integer.MAX_VALUE;

    /** The name under which messages travel; whose they are is in themselves. */
    static final BlockId MESSAGE = new ShuffleBlockId(NO_SHUFFLE, 0, 0);

    private final IndexShuffleBlockResolver resolver;

    /** As Spark calls it. */
    public ExchangeShuffleManager(SparkConf conf) {
        super(conf);
        resolver = new Resolver(conf, super.shuffleBlockResolver());
    }

    @Override
    public IndexShuffleBlockResolver shuffleBlockResolver() {
        return resolver == null ? super.shuffleBlockResolver() : resolver; // null while the constructor runs
    }

    /** Spark's own, but for messages. */
    private static final class Resolver extends IndexShuffleBlockResolver {
        private final IndexShuffleBlockResolver sparks;

        Resolver(SparkConf conf, IndexShuffleBlockResolver sparks) {
            super(conf, new ConcurrentHashMap<>());
            this.sparks = sparks;
        }

        /** Spark's knows which files belong to a shuffle, so that they are deleted with it. */
        @Override
        public StreamCallbackWithID putShuffleBlockAsStream(BlockId block, SerializerManager serializers) {
            return block.equals(MESSAGE) ? new Message() : sparks.putShuffleBlockAsStream(block, serializers);
        }
    }

    private static final class Message implements StreamCallbackWithID {
        private final Mailbox.Arrival arrival = new Mailbox.Arrival();

        @Override
        public String getID() {
            return MESSAGE.name();
        }

        @Override
        public void onData(String stream, ByteBuffer data) {
            arrival.add(data);
        }

        @Override
        public void onComplete(String stream) {
            arrival.complete();
        }

        @Override
        public void onFailure(String stream, Throwable cause) {
            arrival.fail(cause);
        }
    }
}
