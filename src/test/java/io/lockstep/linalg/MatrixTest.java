package io.lockstep.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MatrixTest {
    @Test
    void multipliesByHand() {
        // [1 3; 2 4] · [5 7; 6 8], column-major
        float[] product = new float[4];
        Matrix.view(product, 0, 2, 2)
                .setToProduct(
                        Matrix.view(new float[] {1, 2, 3, 4}, 0, 2, 2),
                        Matrix.view(new float[] {5, 6, 7, 8}, 0, 2, 2),
                        Blas.of(Blas.Choice.AUTO));
        assertThat(product).containsExactly(23, 34, 31, 46);
    }

    static Stream<Arguments> kinds() {
        return Arrays.stream(Blas.Choice.values())
                .flatMap(choice -> Stream.of(false, true)
                        .flatMap(left -> Stream.of(false, true).map(right -> Arguments.of(choice, left, right))));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void agreesWithTheDefinitionForAnyShapeAndTransposition(
            Blas.Choice choice, boolean leftTransposed, boolean rightTransposed) {
        Blas blas = Blas.of(choice);
        Random random = new Random(5);
        for (int round = 0; round < 30; round++) {
            int rows = 1 + random.nextInt(40);
            int inner = 1 + random.nextInt(70);
            int columns = 1 + random.nextInt(40);
            int offset = random.nextInt(5);
            float[] a = numbers(random, offset + rows * inner);
            float[] b = numbers(random, offset + inner * columns);
            float[] product = numbers(random, offset + rows * columns);
            Matrix left = leftTransposed
                    ? Matrix.view(a, offset, inner, rows).transposed()
                    : Matrix.view(a, offset, rows, inner);
            Matrix right = rightTransposed
                    ? Matrix.view(b, offset, columns, inner).transposed()
                    : Matrix.view(b, offset, inner, columns);
            Matrix.view(product, offset, rows, columns).setToProduct(left, right, blas);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    double expected = 0;
                    for (int k = 0; k < inner; k++) {
                        expected += (double) a[offset + (leftTransposed ? i * inner + k : k * rows + i)]
                                * b[offset + (rightTransposed ? k * columns + j : j * inner + k)];
                    }
                    // 70 terms below 1, rounded to 24 bits each
                    assertThat((double) product[offset + j * rows + i]).isCloseTo(expected, within(1e-4));
                }
            }
        }
    }

    @Test
    void refusesShapesThatDoNotFit() {
        Matrix twoByThree = Matrix.view(new float[6], 0, 2, 3);
        assertThatThrownBy(() -> Matrix.view(new float[4], 0, 2, 2)
                        .setToProduct(twoByThree, twoByThree, Blas.of(Blas.Choice.JAVA)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(2 × 3) · (2 × 3)");
        assertThatThrownBy(() -> Matrix.view(new float[5], 0, 2, 3)).isInstanceOf(IllegalArgumentException.class);
    }

    private static float[] numbers(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = random.nextFloat() - 0.5f;
        }
        return numbers;
    }
}
