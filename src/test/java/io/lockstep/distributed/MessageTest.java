package io.lockstep.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageTest {
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
        Message[] sent = Message.weights(new Weights(5, parameters), Pieces.BYTES);
        Message[] received =
                Stream.of(sent).map(message -> Message.decode(message.encode())).toArray(Message[]::new);
        assertThat(received).hasSize(pieces).allSatisfy(message -> {
            assertThat(message.kind()).isEqualTo(Message.Kind.WEIGHTS);
            assertThat(message.step()).isEqualTo(5);
            assertThat(message.pieces()).isEqualTo(pieces);
        });
        Pieces content = new Pieces(Float.BYTES * count, Pieces.BYTES);
        for (Message message : received) {
            assertThat(content.isComplete()).isFalse();
            content.add(message);
        }
        assertThat(Pieces.toFloats(content.content())).isEqualTo(parameters);
    }
}
