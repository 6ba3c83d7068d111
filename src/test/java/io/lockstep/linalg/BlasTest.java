package io.lockstep.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlasTest {
    /** The first calls are interpreted, later ones compiled; both must round alike. */
    @ParameterizedTest
    @EnumSource(Blas.Choice.class)
    void aProductHasTheSameBitsColdAndWarm(Blas.Choice choice) {
        Blas blas = Blas.of(choice);
        RandomNumbers numbers = new RandomNumbers();
        Matrix left = Matrix.view(numbers.next(256 * 784), 0, 256, 784);
        Matrix right = Matrix.view(numbers.next(784 * 64), 0, 784, 64);
        float[] first = new float[256 * 64];
        Matrix.view(first, 0, 256, 64).setToProduct(left, right, blas);
        for (int call = 0; call < 300; call++) {
            float[] product = new float[256 * 64];
            Matrix.view(product, 0, 256, 64).setToProduct(left, right, blas);
            assertThat(product).isEqualTo(first);
        }
    }

    @Test
    void eachChoiceIsWhatItSaysOnTheMachinesThatWeTestOn() {
        assertThat(Blas.of(Blas.Choice.NATIVE).description()).startsWith("OpenBLAS");
        assertThat(Blas.of(Blas.Choice.AUTO)).isSameAs(Blas.of(Blas.Choice.NATIVE));
        assertThat(Blas.of(Blas.Choice.VECTOR).description()).isIn("VectorBLAS on Java 17", "plain Java");
        assertThat(Blas.of(Blas.Choice.JAVA).description()).isEqualTo("plain Java");
        assertThat(Arithmetic.ofThisJvm(Blas.Choice.JAVA).processor()).isNotBlank();
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
