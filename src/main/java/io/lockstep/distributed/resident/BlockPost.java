package io.lockstep.distributed.resident;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.spark.SparkEnv;
import org.apache.spark.network.BlockTransferService;
import org.apache.spark.network.buffer.NioManagedBuffer;
import org.apache.spark.storage.StorageLevel;
import scala.concurrent.ExecutionContext;
import scala.reflect.ClassTag;

/** Sends messages from block manager to block manager, to where {@link ExchangeShuffleManager} hears them. */
final class BlockPost implements Post {
    /**
     * How long after a failure its owner is told. Mostly a peer has gone, and Spark, which soon notices, ends the job
     * for that reason and knows how many cores are left.
     */
    private static final long PATIENCE_SECONDS = 10;

    private final Peers peers;
    private final Consumer<Throwable> failed;
    private final Set<Integer> unreachable = ConcurrentHashMap.newKeySet();
    private final BlockTransferService service = SparkEnv.get().blockManager().blockTransferService();

    /** @param failed told of a message that could not be sent */
    BlockPost(Peers peers, Consumer<Throwable> failed) {
        this.peers = peers;
        this.failed = failed;
    }

    /** To connect to a peer that does not answer may take two minutes, so that is tried only once. */
    @Override
    public void send(int peer, ByteBuffer message) {
        if (unreachable.contains(peer)) {
            return; // its failure is known, and ends the attempt
        }
        Peers.Address to = peers.of(peer);
        try {
            service.uploadBlock(
                            to.host(),
                            to.port(),
                            to.executor(),
                            ExchangeShuffleManager.MESSAGE,
                            new NioManagedBuffer(message),
                            StorageLevel.MEMORY_ONLY(),
                            ClassTag.apply(Object.class))
                    .onComplete(
                            sent -> {
                                if (sent.isFailure()) {
                                    fail(peer, to, sent.failed().get());
                                }
                                return null;
                            },
                            ExecutionContext.parasitic$.MODULE$);
        } catch (Exception failure) { // Spark's Scala methods throw undeclared checked exceptions
            if (failure instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            fail(peer, to, failure);
        }
    }

    private void fail(int peer, Peers.Address to, Throwable cause) {
        unreachable.add(peer);
        IOException failure = new IOException(
                "cannot send to executor " + to.executor() + " at " + to.host() + ":" + to.port(), cause);
        CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS).execute(() -> failed.accept(failure));
    }
}
