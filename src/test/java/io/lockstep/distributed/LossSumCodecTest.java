package io.lockstep.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.nn.LossSum;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LossSumCodecTest {
    private static final long MOST = 100;

    @Test
    void readsBackEveryBit() {
        LossSum weighted = new LossSum(Math.PI, 1.0 / 3, Math.nextUp(1.0 / 3), 100);
        LossSum diverged = new LossSum(Double.NaN, 0, Double.MIN_VALUE, 1);
        for (LossSum sum : new LossSum[] {weighted, diverged, LossSum.ZERO}) {
            ByteBuffer bytes = encoded(sum);
            assertThat(bytes.remaining()).isEqualTo(LossSumCodec.BYTES);
            assertThat(LossSumCodec.get(bytes, MOST)).isEqualTo(sum);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "3.5, 3, 100",
        "-1, 3, 100",
        "NaN, 3, 100",
        "0, NaN, 100",
        "0, Infinity, 100",
        "0, 3, 0",
        "0, 3, -1",
        "0, 3, 101"
    })
    void refusesSumsThatNoExamplesHave(double correctWeight, double weight, long exampleCount) {
        ByteBuffer bytes = encoded(new LossSum(1, correctWeight, weight, exampleCount));
        assertThatThrownBy(() -> LossSumCodec.get(bytes, MOST))
                .isInstanceOf(WrongMessageException.class)
                .hasMessage("expected the weights of up to 100 examples, found %s correct of %s in %d examples"
                        .formatted(correctWeight, weight, exampleCount));
    }

    private static ByteBuffer encoded(LossSum sum) {
        ByteBuffer bytes = ByteBuffer.allocate(LossSumCodec.BYTES);
        LossSumCodec.put(sum, bytes);
        return bytes.flip();
    }
}
