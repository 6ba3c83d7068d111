package io.lockstep.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BlasTest {
    /** The first calls are interpreted, later ones compiled; both must round alike. */
    @Test
    void aProductHasTheSameBitsColdAndWarm() {
        RandomNumbers numbers = new RandomNumbers();
        Matrix left = Matrix.view(numbers.next(256 * 784), 0, 256, 784);
        Matrix right = Matrix.view(numbers.next(784 * 64), 0, 784, 64);
        float[] first = new float[256 * 64];
        Matrix.view(first, 0, 256, 64).setToProduct(left, right);
        for (int call = 0; call < 400; call++) {
            float[] product = new float[256 * 64];
            Matrix.view(product, 0, 256, 64).setToProduct(left, right);
            assertThat(product).isEqualTo(first);
        }
    }

    @Test
    void saysWhatItIs() {
        assertThat(Blas.description()).matches("\\w*BLAS \\((native|Java \\d+)\\)");
        assertThat(Arithmetic.ofThisJvm().processor()).isNotBlank();
    }

    private static final class RandomNumbers {
        private final java.util.Random random = new java.util.Random(1);

        float[] next(int count) {
            float[] numbers = new float[count];
            for (int i = 0; i < count; i++) {
                numbers[i] = random.nextFloat() - 0.5f;
            }
            return numbers;
        }
    }
}
