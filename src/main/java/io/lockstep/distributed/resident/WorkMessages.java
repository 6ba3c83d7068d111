package io.lockstep.distributed.resident;

import io.lockstep.distributed.GradientTree;
import io.lockstep.distributed.GradientTreeCodec;
import io.lockstep.distributed.Gradients;
import io.lockstep.distributed.Losses;
import io.lockstep.distributed.Partial;
import io.lockstep.distributed.WrongMessageException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The messages of one piece of work: the weights that executors get, in pieces, and what they send. */
final class WorkMessages {
    private final MessageShape shape;
    private final Work work;
    private final Map<String, Pieces> incoming = new HashMap<>(); // by executor
    private final Set<String> complete = new HashSet<>();
    private byte[][] answers; // made when the first executor asks

    WorkMessages(MessageShape shape, Work work) {
        this.shape = shape;
        this.work = work;
    }

    /** The message with a piece of the weights. */
    byte[] answer(int piece) {
        if (answers == null) {
            answers = Answer.NextWork.all(work, shape.pieceBytes()).stream()
                    .map(Answer::encode)
                    .toArray(byte[][]::new);
        }
        return answers[piece];
    }

    /**
     * Takes in a message.
     *
     * @param tasks of the executor that sends it
     * @return what is complete with it, if anything is
     * @throws WrongMessageException if it is not the next one of this executor for this work
     */
    Optional<? extends Partial> add(Question.Deliver message, int tasks) {
        boolean wanted = message instanceof Question.DeliverGradients == work.goal() instanceof Work.Step;
        WrongMessageException.unless(wanted, "expected what %s needs, found something else", work.goal());
        return message instanceof Question.DeliverLosses losses
                ? Optional.of(losses(losses, tasks))
                : subtree((Question.DeliverGradients) message, tasks);
    }

    private Losses losses(Question.DeliverLosses message, int tasks) {
        String executor = message.sender().executor();
        requireOnce(executor, message.tasks() == tasks, tasks, message.tasks());
        complete.add(executor);
        return Losses.decode(message.content(), shape.shardCount(), tasks);
    }

    private Optional<Gradients> subtree(Question.DeliverGradients message, int tasks) {
        String executor = message.sender().executor();
        int found = message.seconds().tasks();
        requireOnce(executor, found == 0 || found == tasks, tasks, found);
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

    private void requireOnce(String executor, boolean ofAll, int tasks, int found) {
        WrongMessageException.unless(
                ofAll && !complete.contains(executor),
                "expected the results of all %d tasks of executor %s, once, found more of %d",
                tasks,
                executor,
                found);
    }
}
