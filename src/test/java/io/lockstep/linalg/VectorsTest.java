package io.lockstep.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorsTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 31, 100})
    void theNormCountsEveryNumberOnce(int length) {
        float[] vector = new float[length];
        double sum = 0;
        for (int i = 0; i < length; i++) {
            vector[i] = (i % 2 == 0 ? 1 : -1) * (i + 0.5f);
            sum += vector[i] * vector[i];
        }
        assertThat(Vectors.norm(vector)).isCloseTo(Math.sqrt(sum), within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void oneNumberThatIsNotFiniteIsFoundAnywhere(float value) {
        for (int length : new int[] {1, 8, 13}) {
            for (int i = 0; i < length; i++) {
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
