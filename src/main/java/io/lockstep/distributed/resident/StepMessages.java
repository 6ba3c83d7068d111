package io.lockstep.distributed.resident;

import io.lockstep.distributed.GradientTree;
import io.lockstep.distributed.GradientTreeCodec;
import io.lockstep.distributed.Gradients;
import io.lockstep.distributed.WrongMessageException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The messages of one step: the weights that executors get, and the gradients that they send, in pieces. */
final class StepMessages {
    private final MessageShape shape;
    private final Weights weights;
    private final Map<String, Pieces> incoming = new HashMap<>(); // by executor
    private final Set<String> complete = new HashSet<>();
    private byte[][] answers; // made when the first executor asks

    StepMessages(MessageShape shape, Weights weights) {
        this.shape = shape;
        this.weights = weights;
    }

    /** The message with a piece of the weights. */
    byte[] weights(int piece) {
        if (answers == null) {
            answers = Answer.NextWeights.all(weights, shape.pieceBytes()).stream()
                    .map(Answer::encode)
                    .toArray(byte[][]::new);
        }
        return answers[piece];
    }

    /**
     * Takes in a piece.
     *
     * @param tasks of the executor that sends it
     * @return the subtree that is complete with it, if one is
     * @throws WrongMessageException if the piece is not the next one of this executor in this step
     */
    Optional<Gradients> add(Question.Deliver message, int tasks) {
        String executor = message.sender().executor();
        int found = message.seconds().tasks();
        WrongMessageException.unless(
                !complete.contains(executor) && (found == 0 || found == tasks),
                "expected the gradients of all %d tasks of executor %s, once, found more of %d",
                tasks,
                executor,
                found);
        Pieces pieces =
                incoming.computeIfAbsent(executor, unused -> new Pieces(shape.gradientBytes(), shape.pieceBytes()));
        pieces.add(message.piece());
        if (!pieces.isComplete()) {
            return Optional.empty();
        }
        incoming.remove(executor);
        if (found > 0) {
            complete.add(executor);
        }
        GradientTree tree = GradientTreeCodec.decode(pieces.content(), shape.shardCount(), shape.parameterCount());
        return Optional.of(new Gradients(tree, message.seconds()));
    }
}
