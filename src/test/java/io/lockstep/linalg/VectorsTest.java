package io.lockstep.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorsTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 1023, 1024, 1025, 16 * 1024, 17 * 1024, 32 * 1024 + 7})
    void theNormCountsEveryNumberOnce(int length) {
        float[] vector = new float[length];
        double sum = 0;
        for (int i = 0; i < length; i++) {
            vector[i] = (i % 2 == 0 ? 1 : -1) * (i % 1000 + 0.5f);
            sum += (double) vector[i] * vector[i];
        }
        assertThat(Vectors.norm(vector)).isCloseTo(Math.sqrt(sum), withinPercentage(1e-4));
    }

    @Test
    void aNormWhoseSquaresOverflowIsRight() {
        float[] vector = new float[3000];
        Arrays.fill(vector, 1e30f);
        assertThat(Vectors.norm(vector)).isCloseTo(1e30 * Math.sqrt(3000), withinPercentage(1e-4));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void oneNumberThatIsNotFiniteIsFoundAnywhere(float value) {
        for (int length : new int[] {1, 1024, 2500}) {
            for (int i = 0; i < length; i += 499) {
                float[] vector = new float[length];
                vector[i] = value;
                assertThat(Vectors.allFinite(vector)).isFalse();
            }
        }
    }

    @Test
    void theLargestAndSmallestNumbersAreFinite() {
        assertThat(Vectors.allFinite(new float[] {Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, -0f, 0f}))
                .isTrue();
        assertThat(Vectors.allFinite(new float[0])).isTrue();
    }
}
