package io.lockstep.distributed.resident;

import io.lockstep.data.Split;
import io.lockstep.distributed.GradientTree;
import io.lockstep.distributed.Gradients;
import io.lockstep.distributed.Losses;
import io.lockstep.distributed.Partial;
import io.lockstep.distributed.TaskSeconds;
import io.lockstep.distributed.WrongMessageException;
import io.lockstep.distributed.resident.Question.Deliver;
import io.lockstep.distributed.resident.Question.Next;
import io.lockstep.distributed.resident.Question.Sender;
import io.lockstep.distributed.resident.Question.Start;
import io.lockstep.nn.GradientSum;
import io.lockstep.nn.LossSum;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The messages of a step, or of an evaluation, of two executors, as they are sent: two tasks with shards 0, 1 and 2 on
 * the first, one with shards 3 and 4 on the second. Weights and gradients take several pieces.
 */
final class Exchange {
    static final int LEAVES = 5;
    static final int PARAMETERS = 7;
    static final MessageShape SHAPE = new MessageShape(LEAVES, PARAMETERS, 3, 27);
    static final Work.Goal STEP = new Work.Step(2, 6);
    static final Work.Goal EVALUATION = new Work.Evaluation();

    /** Of the only work. */
    static final long NUMBER = 0;

    private Exchange() {}

    /** A session whose work is under way. */
    static ResidentSession open(Work.Goal goal) {
        ResidentSession session = ResidentSession.open(SHAPE);
        session.publish(goal, new float[PARAMETERS]);
        return session;
    }

    static List<Question> questions(Work.Goal goal, long session) {
        Sender first = new Sender(session, "1");
        Sender second = new Sender(session, "2");
        List<Question> messages =
                new ArrayList<>(List.of(new Start(first, 0, 3), new Start(first, 1, 3), new Start(second, 2, 3)));
        for (Sender sender : List.of(first, second)) {
            for (int piece = 0; piece < SHAPE.weightsPieces(); piece++) {
                messages.add(new Next(sender, -1, piece, SHAPE.weightsPieces()));
            }
        }
        messages.addAll(Deliver.all(first, NUMBER, partial(goal, 2, 0, 1, 2), SHAPE.pieceBytes()));
        messages.addAll(Deliver.all(second, NUMBER, partial(goal, 1, 3, 4), SHAPE.pieceBytes()));
        return messages;
    }

    /** What some tasks have computed. */
    static Partial partial(Work.Goal goal, int tasks, int... shards) {
        return goal == STEP ? gradients(tasks, shards) : losses(tasks, shards);
    }

    /** The gradients of some tasks. */
    static Gradients gradients(int tasks, int... leaves) {
        GradientTree tree = new GradientTree(LEAVES, PARAMETERS);
        for (int leaf : leaves) {
            tree.leaf(leaf, gradient -> leaf(leaf, gradient));
        }
        return new Gradients(tree, new TaskSeconds(0.25 * Math.min(1, tasks), 0.25 * tasks, tasks));
    }

    /** The losses of some tasks, of some shards of each split. */
    static Losses losses(int tasks, int... shards) {
        SortedMap<Integer, LossSum> byPlace = new TreeMap<>();
        for (int shard : shards) {
            for (Split split : Split.values()) {
                int place = split.ordinal() * LEAVES + shard;
                byPlace.put(place, leaf(place, new float[PARAMETERS]));
            }
        }
        return new Losses(LEAVES, byPlace, tasks);
    }

    static GradientSum total() {
        return gradients(3, 0, 1, 2, 3, 4).tree().total();
    }

    private static LossSum leaf(int leaf, float[] gradient) {
        Random random = new Random(leaf);
        for (int i = 0; i < PARAMETERS; i++) {
            gradient[i] = (float) random.nextGaussian();
        }
        return new LossSum(random.nextDouble(), 0.75 * leaf, 48, 64);
    }

    /** Sends a message, and returns the answer. */
    static Answer send(byte[] message) throws InterruptedException {
        return Answer.decode(ExecutorMessages.answer(message));
    }

    static Answer send(Question question) throws InterruptedException {
        return send(question.encode());
    }

    /** The failure of a session, which is that of a wrong message. */
    static Optional<WrongMessageException> rejection(ResidentSession session) {
        return session.failure().map(WrongMessageException.class::cast);
    }
}
