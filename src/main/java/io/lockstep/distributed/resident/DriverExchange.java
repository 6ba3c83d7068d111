package io.lockstep.distributed.resident;

import io.lockstep.distributed.GradientTree;
import io.lockstep.distributed.GradientTreeCodec;
import io.lockstep.distributed.Gradients;
import io.lockstep.distributed.TaskSeconds;
import io.lockstep.distributed.WrongMessageException;
import io.lockstep.linalg.FloatBytes;
import io.lockstep.linalg.Range;
import io.lockstep.nn.GradientSum;
import io.lockstep.nn.LossSum;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Optional;

/**
 * The driver's part in an exchange among executors: it sends the new weights of each slice to the slice's owner, and
 * takes in the sum of each from there, so that both pass its link once, however many members there are.
 */
final class DriverExchange {
    private final MessageShape shape;
    private final Slices slices;
    private final long sessionId;
    private final Post post;
    private final float[] gradient; // the step's caller is done with it when there is another step
    private Work current = Work.NONE;
    private final BitSet arrived = new BitSet();
    private TaskSeconds seconds;
    private LossSum loss;

    DriverExchange(MessageShape shape, int members, long sessionId, Post post) {
        this.shape = shape;
        this.slices = Slices.of(shape.parameterCount(), members);
        this.sessionId = sessionId;
        this.post = post;
        this.gradient = new float[shape.parameterCount()];
    }

    /** Hands out the weights of the next work. */
    void send(Work work) {
        synchronized (this) {
            current = work;
            arrived.clear();
            seconds = TaskSeconds.NONE;
            loss = null;
        }
        for (int slice = 0; slice < slices.count(); slice++) {
            Range range = slices.range(slice);
            ByteBuffer content = ByteBuffer.allocate(Float.BYTES * (range.to() - range.from()))
                    .order(FloatBytes.ORDER);
            FloatBytes.put(work.parameters(), range, content);
            post.send(
                    slices.owner(slice),
                    new PeerMessage.Weights(head(work.number(), slice), work.goal(), content.flip()).encode());
        }
    }

    /** There is no more work. */
    void end() {
        for (int member = 0; member < slices.members(); member++) {
            post.send(member, new PeerMessage.End(head(0, 0)).encode());
        }
    }

    private PeerMessage.Head head(long number, int slice) {
        return new PeerMessage.Head(sessionId, number, Peers.DRIVER, slice);
    }

    /**
     * Takes in a sum.
     *
     * @return all together, with the last of them
     * @throws WrongMessageException if it is none that is missing
     */
    synchronized Optional<Gradients> take(PeerMessage.Sum message) {
        PeerMessage.Head head = message.head();
        WrongMessageException.unless(
                current.goal() instanceof Work.Step
                        && head.number() == current.number()
                        && head.slice() < slices.count()
                        && head.sender() == slices.owner(head.slice())
                        && !arrived.get(head.slice()),
                "expected the sum of a slice that is missing of work %d, found slice %d of work %d from member %d",
                current.number(),
                head.slice(),
                head.number(),
                head.sender());
        GradientTree tree = GradientTreeCodec.decode(message.tree(), shape.shardCount(), slices.length(head.slice()));
        WrongMessageException.unless(tree.isComplete(), "expected the sum over all shards, found some missing");
        GradientSum sum = tree.total();
        WrongMessageException.unless(
                loss == null || loss.equals(sum.loss()), "expected one loss with all slices, found two");
        loss = sum.loss();
        Range range = slices.range(head.slice());
        System.arraycopy(sum.gradient(), 0, gradient, range.from(), sum.gradient().length);
        arrived.set(head.slice());
        if (head.slice() < slices.members()) { // the first of its sender, whose tasks are counted once
            seconds = seconds.plus(message.seconds());
        }
        return arrived.cardinality() < slices.count()
                ? Optional.empty()
                : Optional.of(new Gradients(
                        GradientTree.complete(shape.shardCount(), new GradientSum(gradient, loss)), seconds));
    }
}
