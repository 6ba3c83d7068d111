package io.lockstep.distributed.resident;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.distributed.resident.Answer.NextWork;
import io.lockstep.linalg.FloatBytes;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerTest {
    private static final int FLOATS_A_PIECE = 2 << 20;

    @ParameterizedTest
    @CsvSource({
        "0, 1",
        "7, 1",
        FLOATS_A_PIECE + ", 1",
        (FLOATS_A_PIECE + 1) + ", 2",
        (2 * FLOATS_A_PIECE) + ", 2",
        "5000003, 3",
    })
    void weightsArriveAsTheyAre(int count, int pieces) {
        float[] parameters = new float[count];
        for (int i = 0; i < count; i++) {
            parameters[i] = Float.intBitsToFloat(i * 0x9E3779B9 & 0xbf7fffff);
        }
        Work.Goal goal = pieces == 1 ? new Work.Evaluation() : new Work.Step(3, 7);
        List<NextWork> received = NextWork.all(new Work(5, goal, parameters), Pieces.BYTES).stream()
                .map(message -> (NextWork) Answer.decode(message.encode()))
                .toList();
        assertThat(received).hasSize(pieces).allSatisfy(message -> {
            assertThat(message.number()).isEqualTo(5);
            assertThat(message.goal()).isEqualTo(goal);
            assertThat(message.piece().count()).isEqualTo(pieces);
        });
        Pieces content = new Pieces(Float.BYTES * count, Pieces.BYTES);
        for (NextWork message : received) {
            assertThat(content.isComplete()).isFalse();
            content.add(message.piece());
        }
        assertThat(FloatBytes.get(content.content(), count)).isEqualTo(parameters);
    }
}
