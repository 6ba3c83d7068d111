package io.lockstep.distributed.resident;

import static io.lockstep.distributed.resident.Exchange.SHAPE;
import static io.lockstep.distributed.resident.Exchange.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.Fuzz;
import io.lockstep.LockstepException;
import io.lockstep.distributed.GradientTree;
import io.lockstep.distributed.GradientTreeCodec;
import io.lockstep.distributed.Gradients;
import io.lockstep.distributed.Losses;
import io.lockstep.distributed.Partial;
import io.lockstep.distributed.WrongMessageException;
import io.lockstep.distributed.resident.Answer.NextWork;
import io.lockstep.linalg.FloatBytes;
import io.lockstep.linalg.Workers;
import io.lockstep.nn.GradientSum;
import io.lockstep.nn.LossSum;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Steps and evaluations in which one message is damaged, or messages come in another order: each completes with the
 * right bits, or ends with a reason.
 */
@Timeout(120) // a hang is what could go wrong
class ResidentFuzzTest {
    private final ExecutorService driver = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() {
        driver.shutdown();
    }

    static List<Work.Goal> goals() {
        return List.of(Exchange.STEP, Exchange.EVALUATION);
    }

    @ParameterizedTest
    @MethodSource("goals")
    void messagesThatAreDamaged(Work.Goal goal) throws Exception {
        List<Question> messages = Exchange.questions(goal, 0);
        for (int number = 0; number < messages.size(); number++) {
            int damaged = number;
            Fuzz.fuzz(messages.get(number).encode(), 150, message -> workWith(goal, damaged, message));
        }
    }

    @ParameterizedTest
    @MethodSource("goals")
    void messagesInAnotherOrder(Work.Goal goal) throws Exception {
        int rejected = 0;
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            List<Question> messages = Exchange.questions(goal, 0);
            int at = random.nextInt(messages.size());
            int other = random.nextInt(messages.size());
            switch (random.nextInt(3)) {
                case 0 -> Collections.swap(messages, at, other);
                case 1 -> messages.add(at, messages.get(other));
                default -> messages.add(at, messages.remove(other));
            }
            try {
                work(goal, messages.stream().map(Question::encode).toList());
            } catch (LockstepException rejection) {
                rejected++;
            }
        }
        assertThat(rejected).isBetween(100, 400);
    }

    @ParameterizedTest
    @MethodSource("goals")
    void weightsThatAreDamaged(Work.Goal goal) throws Exception {
        float[] parameters = {1, 2, 3, 4, 5, 6, 7};
        List<NextWork> answers = NextWork.all(new Work(Exchange.NUMBER, goal, parameters), SHAPE.pieceBytes());
        for (int number = 0; number < answers.size(); number++) {
            int damaged = number;
            Fuzz.fuzz(answers.get(number).encode(), 150, answer -> {
                Pieces pieces = new Pieces(SHAPE.weightsBytes(), SHAPE.pieceBytes());
                try {
                    for (int piece = 0; piece < answers.size(); piece++) {
                        Answer heard = piece == damaged ? Answer.decode(answer) : answers.get(piece);
                        WrongMessageException.unless(heard instanceof NextWork, "expected weights, found %s", heard);
                        pieces.add(((NextWork) heard).piece());
                    }
                } catch (WrongMessageException rejection) {
                    throw LockstepException.data(rejection.getMessage());
                }
                assertThat(FloatBytes.get(pieces.content(), parameters.length)).hasSameSizeAs(parameters);
            });
        }
    }

    private void workWith(Work.Goal goal, int damaged, byte[] message) throws Exception {
        List<byte[]> messages = new ArrayList<>();
        Exchange.questions(goal, 0).forEach(sent -> messages.add(sent.encode()));
        messages.set(damaged, message);
        work(goal, messages);
    }

    /**
     * Sends the messages of a piece of work, and checks that it is the sum of those that were heard.
     *
     * @param messages of session 0
     * @throws LockstepException if the session has ended with a reason
     */
    private void work(Work.Goal goal, List<byte[]> messages) throws Exception {
        try (ResidentSession session = Exchange.open(goal)) {
            Future<Optional<Partial>> sum = driver.submit(() -> awaitOnlyWork(session));
            List<Question> heard = new ArrayList<>();
            for (int number = 0; number < messages.size() && !session.isOver(); number++) {
                byte[] message = of(session, messages.get(number));
                if (send(message) instanceof Answer.End && !session.isOver()) { // it was of another session
                    message =
                            of(session, Exchange.questions(goal, 0).get(number).encode());
                    send(message);
                }
                if (session.failure().isEmpty()) {
                    heard.add(Question.decode(message));
                }
            }
            Optional<Partial> all = sum.get();
            if (all.isEmpty()) {
                throw LockstepException.data(
                        Exchange.rejection(session).orElseThrow().getMessage());
            }
            if (all.get() instanceof Losses losses) {
                assertThat(losses.byPlace()).isEqualTo(lossesOf(heard));
                return;
            }
            GradientSum expected = sumOf(heard);
            GradientSum found = ((Gradients) all.get()).tree().total();
            assertThat(found.gradient()).isEqualTo(expected.gradient());
            assertThat(found.loss()).isEqualTo(expected.loss());
        }
    }

    private static Optional<Partial> awaitOnlyWork(ResidentSession session) throws InterruptedException {
        Optional<Partial> sum = session.awaitSum();
        session.close(); // or the last answer would wait for the next work
        return sum;
    }

    /** A message of session 0 as one of another; if its session has been damaged, it is so still. */
    private static byte[] of(ResidentSession session, byte[] message) {
        byte[] copy = message.clone();
        if (copy.length >= Question.SESSION_ID_AT + Long.BYTES) {
            ByteBuffer bytes = ByteBuffer.wrap(copy).order(FloatBytes.ORDER);
            bytes.putLong(Question.SESSION_ID_AT, bytes.getLong(Question.SESSION_ID_AT) ^ session.id());
        }
        return copy;
    }

    private static Map<Integer, LossSum> lossesOf(List<Question> messages) {
        Map<Integer, LossSum> losses = new HashMap<>();
        for (Question message : messages) {
            if (message instanceof Question.DeliverLosses deliver) {
                losses.putAll(Losses.decode(deliver.content(), Exchange.LEAVES, deliver.tasks())
                        .byPlace());
            }
        }
        return losses;
    }

    private static GradientSum sumOf(List<Question> messages) {
        GradientTree sum = new GradientTree(Exchange.LEAVES, Exchange.PARAMETERS);
        Map<String, ByteBuffer> contents = new HashMap<>();
        for (Question message : messages) {
            if (message instanceof Question.DeliverGradients deliver) {
                contents.computeIfAbsent(deliver.sender().executor(), unused -> ByteBuffer.allocate(1000))
                        .put(deliver.piece().content());
            }
        }
        for (ByteBuffer content : contents.values()) {
            content.flip();
            for (int from = 0; from < content.limit(); from += SHAPE.gradientBytes()) {
                ByteBuffer tree = content.slice(from, SHAPE.gradientBytes());
                sum.merge(GradientTreeCodec.decode(tree, Exchange.LEAVES, Exchange.PARAMETERS), Workers.NONE);
            }
        }
        return sum.total();
    }
}
