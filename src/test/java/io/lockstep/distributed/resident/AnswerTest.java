package io.lockstep.distributed.resident;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.distributed.resident.Answer.NextWeights;
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
        List<NextWeights> received = NextWeights.all(new Weights(5, parameters), Pieces.BYTES).stream()
                .map(message -> (NextWeights) Answer.decode(message.encode()))
                .toList();
        assertThat(received).hasSize(pieces).allSatisfy(message -> {
            assertThat(message.step()).isEqualTo(5);
            assertThat(message.piece().count()).isEqualTo(pieces);
        });
        Pieces content = new Pieces(Float.BYTES * count, Pieces.BYTES);
        for (NextWeights message : received) {
            assertThat(content.isComplete()).isFalse();
            content.add(message.piece());
        }
        assertThat(FloatBytes.get(content.content(), count)).isEqualTo(parameters);
    }
}
