package io.lockstep.distributed.resident;

import static io.lockstep.distributed.resident.Exchange.EVALUATION;
import static io.lockstep.distributed.resident.Exchange.NUMBER;
import static io.lockstep.distributed.resident.Exchange.SHAPE;
import static io.lockstep.distributed.resident.Exchange.STEP;
import static io.lockstep.distributed.resident.Exchange.gradients;
import static io.lockstep.distributed.resident.Exchange.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.data.Split;
import io.lockstep.distributed.GradientTree;
import io.lockstep.distributed.Gradients;
import io.lockstep.distributed.Losses;
import io.lockstep.distributed.Partial;
import io.lockstep.distributed.WrongMessageException;
import io.lockstep.linalg.FloatBytes;
import io.lockstep.nn.LossSum;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A step and an evaluation of two executors, and what a broken or malicious one of them may send. */
@Timeout(60) // a hang is what could go wrong
class ResidentSessionTest {
    // Messages of the exchange, by number
    private static final int START = 0;
    private static final int QUESTION = 3;
    private static final int FIRST_PIECE = 7;
    private static final int SECOND_PIECE = 8;

    // Where a message has what
    private static final int KIND = 0;
    private static final int NAME_LENGTH = 9;
    private static final int NAME = 13;
    private static final int TASK = 14;
    private static final int ALL_TASKS = 18;
    private static final int NUMBER_AT = 14;
    private static final int NEXT_PIECE = 22;
    private static final int NEXT_PIECES = 26;
    private static final int SLOWEST = 22;
    private static final int TOTAL = 30;
    private static final int TASKS = 38;
    private static final int PIECE = 42;
    private static final int PIECES = 46;
    private static final int CONTENT_LENGTH = 50;
    private static final int CONTENT = 54;
    private static final int TASKS_OF_LOSSES = 22;
    private static final int LOSSES = 26;

    // Where a loss has what
    private static final int LOSS_BYTES = 36;
    private static final int CORRECT_OF_LOSS = 12;
    private static final int WEIGHT_OF_LOSS = 20;
    private static final int EXAMPLES_OF_LOSS = 28;

    // and a tree of gradients
    private static final int LEAVES = 0;
    private static final int LENGTH = 4;
    private static final int SUBTREES = 8;
    private static final int LEVEL = 12;
    private static final int INDEX = 16;
    private static final int CORRECT = 28;
    private static final int WEIGHT = 36;
    private static final int EXAMPLES = 44;

    private ResidentSession session;

    @BeforeEach
    void open() {
        session = Exchange.open(STEP);
    }

    @AfterEach
    void close() {
        session.close();
    }

    @Test
    void aStepIsTheSumOfWhatExecutorsSend() throws Exception {
        for (Question question : Exchange.questions(STEP, session.id())) {
            assertThat(send(question))
                    .isInstanceOf(question instanceof Question.Next ? Answer.NextWork.class : Answer.Wait.class);
        }
        assertCompletes();
    }

    @Test
    void anEvaluationIsWhatExecutorsSendInTheOrderOfShards() throws Exception {
        evaluate();
        for (Question question : Exchange.questions(EVALUATION, session.id())) {
            assertThat(send(question)).isNotInstanceOf(Answer.End.class);
        }
        Losses losses = (Losses) session.awaitSum().orElseThrow();
        assertThat(losses).isEqualTo(Exchange.losses(3, 0, 1, 2, 3, 4));
        LossSum test = LossSum.ZERO;
        for (int place = 10; place < 15; place++) {
            test = test.plus(losses.byPlace().get(place));
        }
        assertThat(losses.bySplit()).containsEntry(Split.TEST, test);
    }

    @Test
    void theNextWorkIsHandedOutWhenTheLastIsDone() throws Exception {
        aStepIsTheSumOfWhatExecutorsSend();
        session.publish(EVALUATION, new float[Exchange.PARAMETERS]);
        Question.Sender sender = new Question.Sender(session.id(), "1");
        assertThat(send(new Question.Next(sender, NUMBER, 0, SHAPE.weightsPieces())))
                .isInstanceOfSatisfying(Answer.NextWork.class, next -> {
                    assertThat(next.number()).isEqualTo(NUMBER + 1);
                    assertThat(next.goal()).isEqualTo(EVALUATION);
                });
        assertThat(send(new Question.Next(sender, NUMBER + 1, 0, SHAPE.weightsPieces())))
                .isInstanceOf(Answer.Wait.class);
    }

    @Test
    void tasksAreCountedAsTheyStart() throws Exception {
        send(message(0));
        send(message(2));
        assertThat(session.awaitTasks(1)).isFalse();
        assertThat(session.startedCount()).isEqualTo(2);
        send(message(1));
        assertThat(session.awaitTasks(1)).isTrue();
    }

    @Test
    void numbersOfSessionsDoNotFollowEachOther() {
        try (ResidentSession next = ResidentSession.open(SHAPE)) {
            // Random ones come that close to 0, or to each other, once in 2⁴⁶ runs.
            assertThat(Math.abs(next.id())).isGreaterThan(1 << 16);
            assertThat(Math.abs(next.id() - session.id())).isGreaterThan(1 << 16);
        }
    }

    @Test
    void aMessageOfNoOpenSessionIsNotHeard() throws Exception {
        for (byte[] message : List.of(
                Exchange.questions(STEP, session.id() + 1).get(0).encode(),
                Exchange.questions(STEP, session.id() + 1).get(7).encode(),
                new byte[0],
                new byte[3])) {
            assertThat(send(message)).isInstanceOf(Answer.End.class);
        }
        aStepIsTheSumOfWhatExecutorsSend();
    }

    @Test
    void aPieceThatComesAStepTooLateIsNotMixedIntoTheNext() throws Exception {
        aStepIsTheSumOfWhatExecutorsSend();
        session.publish(STEP, new float[Exchange.PARAMETERS]);
        Question.DeliverGradients first = (Question.DeliverGradients) message(FIRST_PIECE);
        send(new Question.DeliverGradients(first.sender(), NUMBER + 1, first.seconds(), first.piece()));
        assertRejected(send(message(SECOND_PIECE)), "results of work 1 while some are missing, found some of work 0");
    }

    @Test
    void gradientsAreNotTakenForLossesNorLossesForGradients() throws Exception {
        joinAll();
        assertRejected(sendAll(Exchange.losses(2, 0, 1, 2), "1"), "expected what step 7 of epoch 3 needs");
        evaluate();
        joinAll();
        assertRejected(sendAll(gradients(2, 0, 1, 2), "1"), "expected what an evaluation needs");
    }

    @Test
    void lossesThatAreMissingOrSentTwiceEndTheEvaluation() throws Exception {
        evaluate();
        joinAll();
        sendAll(Exchange.losses(2, 0, 1), "1");
        assertRejected(sendAll(Exchange.losses(1, 3, 4), "2"), "some missing with those of 3");
        evaluate();
        joinAll();
        sendAll(Exchange.losses(2, 0, 1, 2), "1");
        assertRejected(sendAll(Exchange.losses(1, 2, 3, 4), "2"), "each shard once, found one twice");
        evaluate();
        joinAll();
        sendAll(Exchange.losses(2, 0, 1, 2), "1");
        assertRejected(sendAll(Exchange.losses(2, 0, 1, 2), "1"), "all 2 tasks of executor 1, once, found more of 2");
    }

    @Test
    void gradientsThatComeWhenAllAreThereEndTheSession() throws Exception {
        aStepIsTheSumOfWhatExecutorsSend();
        assertThat(send(message(7))).isInstanceOf(Answer.End.class);
        assertThat(Exchange.rejection(session)).isPresent();
        assertCompletes(); // the step was
        session.publish(STEP, new float[Exchange.PARAMETERS]);
        assertThat(session.awaitSum()).isEmpty();
    }

    @Test
    void afterAWrongMessageNobodyIsHeard() throws Exception {
        send(message(0));
        send(message(0));
        for (Question message : Exchange.questions(STEP, session.id())) {
            assertThat(send(message)).isInstanceOf(Answer.End.class);
        }
        assertThat(session.awaitSum()).isEmpty();
        session.fail(new IllegalStateException("the tasks have ended before the training"));
        assertThat(session.failure().orElseThrow()).hasMessageContaining("wrong message");
    }

    @Test
    void tasksThatDeliverTooLittleDoNotHoldUpTheStep() throws Exception {
        joinAll();
        sendAll(gradients(2, 0, 1), "1");
        assertRejected(sendAll(gradients(1, 3, 4), "2"), "some missing with those of 3");
    }

    @Test
    void leavesWithoutTheirTasksDoNotHoldUpTheStep() throws Exception {
        joinAll();
        sendAll(gradients(0, 0, 1, 2), "1");
        assertRejected(sendAll(gradients(1, 3, 4), "2"), "all with those of 1");
    }

    @Test
    void anExecutorThatDeliversAgainEndsTheSession() throws Exception {
        joinAll();
        sendAll(gradients(2, 0, 1, 2), "1");
        assertRejected(send(message(FIRST_PIECE)), "once, found more of 0");
    }

    @Test
    void aLeafThatTwoExecutorsSendEndsTheSession() throws Exception {
        joinAll();
        sendAll(gradients(2, 0, 1, 2), "1");
        assertRejected(sendAll(gradients(1, 2), "2"), "each shard once, found one twice");
    }

    static Stream<Arguments> wrongMessages() {
        UnaryOperator<byte[]> asItIs = UnaryOperator.identity();
        return Stream.of(
                wrong("expected piece 0 of 3, found piece 1 of 3", SECOND_PIECE, asItIs),
                wrong("expected piece 0 of 3, found piece 0 of 1", FIRST_PIECE, with(PIECES, 1)),
                wrong("found piece 0 of 2147483647", FIRST_PIECE, with(PIECES, Integer.MAX_VALUE)),
                wrong("expected a piece, found 3 of 3", FIRST_PIECE, with(PIECE, 3)),
                wrong("expected a piece, found -1 of 3", FIRST_PIECE, with(PIECE, -1)),
                wrong("expected a piece of 27 bytes, found 32", FIRST_PIECE, withContentOf(32)),
                wrong("expected a piece of 27 bytes, found 16", FIRST_PIECE, withContentOf(16)),
                wrong("while some are missing, found some of work 7", FIRST_PIECE, with(NUMBER_AT, 7L)),
                wrong("expected a question for one of 2 pieces, found 3", QUESTION, with(NEXT_PIECES, 3)),
                wrong("expected a piece, found 2 of 2", QUESTION, with(NEXT_PIECE, 2)),
                wrong("expected a piece, found -1 of 2", QUESTION, with(NEXT_PIECE, -1)),
                wrong("work after number 0 or before, found number 7", QUESTION, with(NUMBER_AT, 7L)),
                wrong("expected the number of work, found -2", QUESTION, with(NUMBER_AT, -2L)),
                wrong("expected the number of work, found -2", FIRST_PIECE, with(NUMBER_AT, -2L)),
                wrong("expected another 16 bytes, found 67", FIRST_PIECE, with(KIND, (byte) 1)),
                wrong("expected another 8 bytes, found 16", QUESTION, with(KIND, (byte) 0)),
                wrong("expected the work and seconds of gradients, found 16 bytes", QUESTION, with(KIND, (byte) 2)),
                wrong("expected a piece, found 0 bytes", FIRST_PIECE, message -> Arrays.copyOf(message, PIECE)),
                wrong("expected what step 7 of epoch 3 needs", FIRST_PIECE, with(KIND, (byte) 3)),
                wrong("expected one of 4 kinds of questions, found 4", QUESTION, with(KIND, (byte) 4)),
                wrong("expected one of 4 kinds of questions, found -1", QUESTION, with(KIND, (byte) -1)),
                wrong("expected one of 3 tasks that has not started yet, found 0 of 3", START, asItIs),
                wrong("expected one of 3 tasks that has not started yet, found 0 of 4", START, with(ALL_TASKS, 4)),
                wrong("expected a task, found 3 of 3", START, with(TASK, 3)),
                wrong("expected a task, found -1 of 3", START, with(TASK, -1)),
                wrong("expected an executor with tasks, found '3'", FIRST_PIECE, with(NAME, (byte) '3')),
                wrong("name in printable ASCII, found byte 27", FIRST_PIECE, with(NAME, (byte) 27)),
                wrong("name of up to 68 bytes, found -1", FIRST_PIECE, with(NAME_LENGTH, -1)),
                wrong("up to 68 bytes, found 2147483647", FIRST_PIECE, with(NAME_LENGTH, Integer.MAX_VALUE)),
                wrong("of all 2 tasks of executor 1, once, found more of 1", FIRST_PIECE, with(TASKS, 1)),
                wrong("expected the seconds of tasks, found NaN", FIRST_PIECE, with(SLOWEST, Double.NaN)),
                wrong("expected the seconds of tasks, found -1.0", FIRST_PIECE, with(SLOWEST, -1.0)),
                wrong("and Infinity in all of 0", FIRST_PIECE, with(TOTAL, Double.POSITIVE_INFINITY)),
                wrong("and 0.0 in all of -1", FIRST_PIECE, with(TASKS, -1)),
                wrong("expected 28 bytes of content, found 27", FIRST_PIECE, with(CONTENT_LENGTH, 28)),
                wrong("expected -1 bytes of content, found 27", FIRST_PIECE, with(CONTENT_LENGTH, -1)),
                wrong("found 28", FIRST_PIECE, message -> Arrays.copyOf(message, message.length + 1)),
                wrongTree("expected a tree of 5 leaves, found 6", LEAVES, 6),
                wrongTree("expected subtrees of 7 numbers each, found 0 in 80 bytes", SUBTREES, 0),
                wrongTree("found 2147483647 in 80 bytes", SUBTREES, Integer.MAX_VALUE),
                wrongTree("found number 0 of level 4", LEVEL, 4),
                wrongTree("found number 0 of level -1", LEVEL, -1),
                wrongTree("found number 3 of level 1", INDEX, 3),
                wrongTree("found number -1 of level 1", INDEX, -1),
                wrongTree("found 200.0 correct of 96.0 in 128 examples", CORRECT, 200.0),
                wrongTree("found -1.0 correct of 96.0 in 128 examples", CORRECT, -1.0),
                wrongTree("found 0.75 correct of NaN in 128 examples", WEIGHT, Double.NaN),
                wrongTree("in 9223372036854775807 examples", EXAMPLES, Long.MAX_VALUE),
                wrongTree("expected a gradient of 7 numbers, found 8", LENGTH, 8),
                wrongTree("expected a gradient of 7 numbers, found 1000000000", LENGTH, 1_000_000_000));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongMessages")
    void aWrongMessageEndsTheSessionWithItsReason(String reason, LongFunction<List<byte[]>> messages) throws Exception {
        joinAll();
        Answer answer = null;
        for (byte[] message : messages.apply(session.id())) {
            answer = send(message);
        }
        assertRejected(answer, reason);
    }

    static Stream<Arguments> wrongLosses() {
        return Stream.of(
                wrongLosses(
                        "expected the work and tasks of losses, found 11 bytes", message -> Arrays.copyOf(message, 25)),
                wrongLosses("expected losses of 36 bytes each, found 251", message -> Arrays.copyOf(message, 277)),
                wrongLosses("some missing with those of 3", message -> Arrays.copyOf(message, LOSSES)),
                wrongLosses("of all 2 tasks of executor 1, once, found more of 1", with(TASKS_OF_LOSSES, 1)),
                wrongLosses("of all 2 tasks of executor 1, once, found more of -2", with(TASKS_OF_LOSSES, -2)),
                wrongLosses("while some are missing, found some of work 1", with(NUMBER_AT, 1L)),
                wrongLosses("from 0 on and below 15, found -1", with(LOSSES, -1)),
                wrongLosses("from 1 on and below 15, found 0", with(LOSSES + LOSS_BYTES, 0)),
                wrongLosses("from 12 on and below 15, found 15", with(LOSSES + 8 * LOSS_BYTES, 15)),
                wrongLosses("found -1.0 correct of 48.0", with(LOSSES + CORRECT_OF_LOSS, -1.0)),
                wrongLosses("found 49.0 correct of 48.0", with(LOSSES + CORRECT_OF_LOSS, 49.0)),
                wrongLosses("correct of Infinity in 64", with(LOSSES + WEIGHT_OF_LOSS, Double.POSITIVE_INFINITY)),
                wrongLosses("in 9223372036854775807 examples", with(LOSSES + EXAMPLES_OF_LOSS, Long.MAX_VALUE)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongLosses")
    void wrongLossesEndTheSessionWithTheirReason(String reason, UnaryOperator<byte[]> change) throws Exception {
        evaluate();
        List<Question> messages = Exchange.questions(EVALUATION, session.id());
        joinAll();
        Question second = messages.get(messages.size() - 1);
        send(second);
        Question first = messages.get(messages.size() - 2);
        assertRejected(send(change.apply(first.encode())), reason);
    }

    private static Arguments wrongLosses(String reason, UnaryOperator<byte[]> change) {
        return Arguments.of(reason, change);
    }

    private static Arguments wrong(String reason, int number, UnaryOperator<byte[]> change) {
        LongFunction<List<byte[]>> messages = session -> List.of(
                change.apply(Exchange.questions(STEP, session).get(number).encode()));
        return Arguments.of(reason, messages);
    }

    /** All pieces of a gradient, with another value in one of them. */
    private static Arguments wrongTree(String reason, int at, Number value) {
        LongFunction<List<byte[]>> messages = session -> {
            List<byte[]> pieces = Exchange.questions(STEP, session).subList(FIRST_PIECE, FIRST_PIECE + 3).stream()
                    .map(Question::encode)
                    .toList();
            with(CONTENT + at % SHAPE.pieceBytes(), value).apply(pieces.get(at / SHAPE.pieceBytes()));
            return pieces;
        };
        return Arguments.of(reason, messages);
    }

    private static UnaryOperator<byte[]> with(int at, Number value) {
        return message -> {
            ByteBuffer bytes = ByteBuffer.wrap(message).order(FloatBytes.ORDER);
            if (value instanceof Byte one) {
                bytes.put(at, one);
            } else if (value instanceof Integer number) {
                bytes.putInt(at, number);
            } else if (value instanceof Long number) {
                bytes.putLong(at, number);
            } else {
                bytes.putDouble(at, value.doubleValue());
            }
            return message;
        };
    }

    private static UnaryOperator<byte[]> withContentOf(int length) {
        return message -> with(CONTENT_LENGTH, length).apply(Arrays.copyOf(message, CONTENT + length));
    }

    private void joinAll() throws InterruptedException {
        for (Question message : Exchange.questions(STEP, session.id()).subList(0, 3)) {
            send(message);
        }
    }

    /** Another session, of an evaluation. */
    private void evaluate() {
        session.close();
        session = Exchange.open(EVALUATION);
    }

    private Question message(int number) {
        return Exchange.questions(STEP, session.id()).get(number);
    }

    /** The last answer. */
    private Answer sendAll(Partial partial, String executor) throws InterruptedException {
        Question.Sender sender = new Question.Sender(session.id(), executor);
        Answer answer = null;
        for (Question message : Question.Deliver.all(sender, NUMBER, partial, SHAPE.pieceBytes())) {
            answer = send(message);
        }
        return answer;
    }

    private void assertCompletes() throws InterruptedException {
        GradientTree sum = ((Gradients) session.awaitSum().orElseThrow()).tree();
        assertThat(sum.total().gradient()).isEqualTo(Exchange.total().gradient());
        assertThat(sum.total().loss()).isEqualTo(Exchange.total().loss());
    }

    private void assertRejected(Answer answer, String reason) throws InterruptedException {
        assertThat(answer).isInstanceOf(Answer.End.class);
        assertThat(session.awaitSum()).isEmpty();
        assertThat(session.failure().orElseThrow())
                .isInstanceOf(WrongMessageException.class)
                .hasMessageStartingWith("an executor has sent a wrong message: ")
                .hasMessageContaining(reason);
    }
}
