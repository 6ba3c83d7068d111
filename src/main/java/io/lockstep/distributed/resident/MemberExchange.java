package io.lockstep.distributed.resident;

import io.lockstep.distributed.GradientTree;
import io.lockstep.distributed.GradientTreeCodec;
import io.lockstep.distributed.Gradients;
import io.lockstep.distributed.TaskSeconds;
import io.lockstep.distributed.WrongMessageException;
import io.lockstep.linalg.FloatBytes;
import io.lockstep.linalg.Workers;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * One member's part in an exchange: it hands on the weights of its slices, and adds up the gradients of its slices. It
 * is told one thing at a time, and answers by messages to other peers.
 *
 * <p>Work is known here from the first message about it, because another member may have all its weights, and send
 * gradients, before this one has. Work follows upon work only when the driver has everything of the last, so there is
 * never more than one to keep.
 */
final class MemberExchange {
    private final MessageShape shape;
    private final Slices slices;
    private final long sessionId;
    private final int own;
    private final Post post;
    private Round round;

    /** @param own the number of this member */
    MemberExchange(MessageShape shape, int members, long sessionId, int own, Post post) {
        this.shape = shape;
        this.slices = Slices.of(shape.parameterCount(), members);
        this.sessionId = sessionId;
        this.own = own;
        this.post = post;
        this.round = new Round(Work.NONE.number(), new float[0]);
    }

    /** What has arrived of one piece of work. */
    private static final class Round {
        final long number;
        final float[] weights;
        final BitSet slicesOfWeights = new BitSet();
        final Map<Integer, GradientTree> trees = new HashMap<>(); // of the slices of this member
        final BitSet sums = new BitSet(); // that are on their way to the driver
        Work.Goal goal;
        TaskSeconds seconds; // of this member's tasks, when they have delivered

        Round(long number, float[] weights) {
            this.number = number;
            this.weights = weights;
        }
    }

    /** The work of which all weights are there; {@link Work#NONE} if that of none are. */
    Work work() {
        return round.goal != null && round.slicesOfWeights.cardinality() == slices.count()
                ? new Work(round.number, round.goal, round.weights)
                : Work.NONE;
    }

    /** @throws WrongMessageException if this member can need no such message now */
    void take(PeerMessage.Weights message) {
        PeerMessage.Head head = requireSlice(message.head());
        int owner = slices.owner(head.slice());
        int expected = owner == own ? Peers.DRIVER : owner;
        WrongMessageException.unless(
                head.sender() == expected,
                "expected weights of slice %d from %d, found some from %d",
                head.slice(),
                expected,
                head.sender());
        enter(head.number());
        if (round.goal == null) {
            round.goal = message.goal();
        }
        int bytes = Float.BYTES * slices.length(head.slice());
        WrongMessageException.unless(
                message.content().remaining() == bytes
                        && !round.slicesOfWeights.get(head.slice())
                        && message.goal().equals(round.goal),
                "expected %d bytes of weights of slice %d for %s, once, found %d for %s",
                bytes,
                head.slice(),
                round.goal,
                message.content().remaining(),
                message.goal());
        if (owner == own) {
            handOn(message);
        }
        FloatBytes.get(message.content().duplicate(), round.weights, slices.range(head.slice()));
        round.slicesOfWeights.set(head.slice());
    }

    private void handOn(PeerMessage.Weights message) {
        ByteBuffer bytes =
                new PeerMessage.Weights(head(message.head().slice()), message.goal(), message.content()).encode();
        for (int next = 1; next < slices.members(); next++) {
            post.send((own + next) % slices.members(), bytes.duplicate());
        }
    }

    /** As {@link #take(PeerMessage.Weights)}. */
    void take(PeerMessage.Part message) {
        PeerMessage.Head head = requireSlice(message.head());
        int owner = slices.owner(head.slice());
        WrongMessageException.unless(
                owner == own && head.sender() != own,
                "expected gradients of slices of member %d from others, found slice %d from %d",
                own,
                head.slice(),
                head.sender());
        enter(head.number());
        add(head.slice(), message.tree());
    }

    /**
     * The gradients of all tasks of this member: its slices are added here, the others sent to their owners.
     *
     * @param gradients may be written again when the next work is there
     */
    void deliver(long number, Gradients gradients) {
        if (number != round.number) {
            throw new IllegalStateException("expected gradients of work " + round.number + ", found " + number);
        }
        round.seconds = gradients.seconds();
        for (int first = 0; first < slices.count(); first += slices.members()) {
            // Each member begins with the slice of another, so that no link is idle.
            for (int next = 1; next <= slices.members(); next++) {
                int slice = first + (own + next) % slices.members();
                if (slice < slices.count()) {
                    hand(slice, GradientTreeCodec.encode(gradients.tree(), slices.range(slice)));
                }
            }
        }
        round.trees.keySet().forEach(this::sendIfComplete); // those that all others have sent before
    }

    private void hand(int slice, ByteBuffer tree) {
        if (slices.owner(slice) == own) {
            add(slice, tree);
        } else {
            post.send(slices.owner(slice), new PeerMessage.Part(head(slice), tree).encode());
        }
    }

    private void add(int slice, ByteBuffer bytes) {
        int length = slices.length(slice);
        GradientTree more = GradientTreeCodec.decode(bytes, shape.shardCount(), length);
        GradientTree tree = round.trees.computeIfAbsent(slice, unused -> new GradientTree(shape.shardCount(), length));
        WrongMessageException.unless(
                !tree.overlaps(more), "expected each shard once in slice %d, found one twice", slice);
        tree.merge(more, Workers.NONE);
        sendIfComplete(slice);
    }

    private void sendIfComplete(int slice) {
        GradientTree tree = round.trees.get(slice);
        if (round.seconds != null && tree.isComplete() && !round.sums.get(slice)) {
            round.sums.set(slice);
            ByteBuffer sum = GradientTreeCodec.encode(tree);
            post.send(Peers.DRIVER, new PeerMessage.Sum(head(slice), round.seconds, sum).encode());
        }
    }

    private PeerMessage.Head head(int slice) {
        return new PeerMessage.Head(sessionId, round.number, own, slice);
    }

    private PeerMessage.Head requireSlice(PeerMessage.Head head) {
        WrongMessageException.unless(
                head.slice() < slices.count() && head.sender() >= Peers.DRIVER && head.sender() < slices.members(),
                "expected one of %d slices from one of %d members, found slice %d from %d",
                slices.count(),
                slices.members(),
                head.slice(),
                head.sender());
        return head;
    }

    private void enter(long number) {
        WrongMessageException.unless(
                number == round.number && number != Work.NONE.number() || number == round.number + 1,
                "expected a message about work %d or the next, found one about work %d",
                round.number,
                number);
        if (number != round.number) {
            round = new Round(number, new float[shape.parameterCount()]);
        }
    }
}
