package io.lockstep.distributed.resident;

import io.lockstep.distributed.GradientTreeCodec;
import java.io.Serializable;

/**
 * The sizes of a session's messages, known to both ends before any arrives: nothing that a message says of its own size
 * is believed.
 *
 * @param shardCount leaves of the tree of gradients, and losses of each split
 * @param parameterCount numbers of a gradient, and of the weights
 * @param taskCount resident tasks, on all executors together
 * @param pieceBytes the longest content of one message between an executor and the driver
 * @param amongExecutors whether weights and gradients travel among executors, in slices
 */
record MessageShape(int shardCount, int parameterCount, int taskCount, int pieceBytes, boolean amongExecutors)
        implements Serializable {
    MessageShape(int shardCount, int parameterCount, int taskCount, int pieceBytes) {
        this(shardCount, parameterCount, taskCount, pieceBytes, false);
    }

    MessageShape(int shardCount, int parameterCount, int taskCount) {
        this(shardCount, parameterCount, taskCount, Pieces.BYTES);
    }

    /** The same with weights and gradients among executors. */
    MessageShape amongExecutors(boolean amongExecutors) {
        return new MessageShape(shardCount, parameterCount, taskCount, pieceBytes, amongExecutors);
    }

    /** Of a message among executors, at most: a member's subtrees of a slice are no more than the shards. */
    int longestSliceMessage() {
        long tree = GradientTreeCodec.bytes(shardCount, Slices.longest(parameterCount));
        return (int) Math.min(Integer.MAX_VALUE, PeerMessage.HEAD_BYTES + Question.SECONDS_BYTES + tree);
    }

    /** Of all pieces of weights together. */
    int weightsBytes() {
        return Math.multiplyExact(Float.BYTES, parameterCount);
    }

    /** Of all pieces of a subtree's gradient together. */
    int gradientBytes() {
        return Math.toIntExact(GradientTreeCodec.bytes(1, parameterCount));
    }

    int weightsPieces() {
        return Pieces.count(weightsBytes(), pieceBytes);
    }
}
