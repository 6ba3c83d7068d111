package io.lockstep.distributed;

import io.lockstep.nn.GradientSum;
import io.lockstep.nn.LossSum;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * The messages of a step of two executors, as they are sent: two tasks with leaves 0, 1 and 2 on the first, one with leaves
 * 3 and 4 on the second. Everything takes several pieces.
 */
final class Exchange {
    static final int LEAVES = 5;
    static final int PARAMETERS = 7;
    static final MessageShape SHAPE = new MessageShape(LEAVES, PARAMETERS, 3, 24);
    static final long STEP = 6;

    private Exchange() {}

    /** A session whose step is under way. */
    static ResidentSession open() {
        ResidentSession session = ResidentSession.open(SHAPE);
        session.publish(STEP, new float[PARAMETERS]);
        return session;
    }

    static List<Message> messages(long session) {
        List<Message> messages = new ArrayList<>(List.of(
                Message.join(session, "1", 0, 3), Message.join(session, "1", 1, 3), Message.join(session, "2", 2, 3)));
        for (String executor : List.of("1", "2")) {
            for (int piece = 0; piece < SHAPE.weightsPieces(); piece++) {
                messages.add(Message.next(session, executor, -1, piece, SHAPE.weightsPieces()));
            }
        }
        for (Gradients gradients : List.of(gradients(2, 0, 1, 2), gradients(1, 3, 4))) {
            String executor = gradients.seconds().tasks() == 2 ? "1" : "2";
            for (Gradients part : gradients.parts()) {
                messages.addAll(Arrays.asList(Message.gradients(session, executor, STEP, part, SHAPE.pieceBytes())));
            }
        }
        return messages;
    }

    /** The gradients of some tasks. */
    static Gradients gradients(int tasks, int... leaves) {
        GradientTree tree = new GradientTree(LEAVES);
        for (int leaf : leaves) {
            tree.add(leaf, leafSum(leaf));
        }
        return new Gradients(tree, new TaskSeconds(0.25 * Math.min(1, tasks), 0.25 * tasks, tasks));
    }

    static GradientSum total() {
        return gradients(3, 0, 1, 2, 3, 4).tree().total();
    }

    private static GradientSum leafSum(int leaf) {
        Random random = new Random(leaf);
        float[] gradient = new float[PARAMETERS];
        for (int i = 0; i < PARAMETERS; i++) {
            gradient[i] = (float) random.nextGaussian();
        }
        return new GradientSum(gradient, new LossSum(random.nextDouble(), leaf, 64));
    }

    /** Sends a message, and returns the answer. */
    static Message send(byte[] message) throws InterruptedException {
        return Message.decode(ResidentSession.answer(message));
    }

    static Message send(Message message) throws InterruptedException {
        return send(message.encode());
    }

    /** The failure of a session, which is that of a wrong message. */
    static Optional<WrongMessageException> rejection(ResidentSession session) {
        return session.failure().map(WrongMessageException.class::cast);
    }
}
