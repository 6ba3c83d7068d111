package io.lockstep.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SparseMatrixTest {
    private static final float NAN = Float.NaN;

    @Test
    void multipliesByHand() {
        // [1 3; 2 4] · [5 0 0; 0 0 8]
        SparseMatrix right = new SparseMatrix(2);
        right.appendColumn();
        right.append(0, 5);
        right.appendColumn();
        right.appendColumn();
        right.append(1, 8);
        float[] product = {7, 7, 7, 7, 7, 7};
        Matrix left = Matrix.view(new float[] {1, 2, 3, 4}, 0, 2, 2);
        Arithmetic.EXACT.products().multiply(Matrix.view(product, 0, 2, 3), left, right);
        assertThat(product).containsExactly(5, 10, 0, 0, 24, 32);
    }

    static Stream<Kernels> kernels() {
        return Stream.of(new PlainKernels(), ExactKernels.vectorKernels().orElseThrow());
    }

    /** Up to 300 rows and more: sixteen vectors, eight, four, two, and one that is not full. */
    @ParameterizedTest
    @MethodSource("kernels")
    void leavingOutZerosGivesTheBitsOfTheDenseProduct(Kernels way) {
        Random random = new Random(3);
        SparseMatrix right = new SparseMatrix(7);
        for (int rows : IntStream.concat(IntStream.rangeClosed(1, 300), IntStream.of(400, 520))
                .toArray()) {
            if (random.nextBoolean()) { // else it is used again
                right = new SparseMatrix(1 + random.nextInt(40));
            }
            assertProducts(way, rows, right, random.nextInt(30), random);
        }
    }

    /** With 60 columns the left factor is copied: for long columns 64 rows at a time, for short ones all at once. */
    @ParameterizedTest
    @MethodSource("kernels")
    void soDoCopiesOfTheLeftFactor(Kernels way) {
        Random random = new Random(4);
        SparseMatrix longColumns = new SparseMatrix(120); // of 40 numbers; its transpose has 20 in each
        SparseMatrix shortColumns = new SparseMatrix(30);
        for (int rows : IntStream.concat(IntStream.rangeClosed(1, 150), IntStream.of(192, 256, 300, 400))
                .toArray()) {
            assertProducts(way, rows, longColumns, 60, random);
            assertProducts(way, rows, shortColumns, 60, random);
        }
    }

    /** A matrix that is filled anew, with a third of its numbers, and its transpose, as the right factor. */
    private static void assertProducts(Kernels way, int rows, SparseMatrix right, int columns, Random random) {
        int inner = right.rows();
        float[] dense = fill(right, random, columns);
        int offset = random.nextInt(5);
        float[] left = numbers(random, offset + rows * inner);
        assertProduct(way, left, offset, rows, right, dense);
        assertProduct(
                way, numbers(random, rows * columns), 0, rows, right.transposed(), transposed(dense, inner, columns));
    }

    @Test
    void refusesWhatDoesNotFit() {
        SparseMatrix right = new SparseMatrix(3);
        right.appendColumn();
        Matrix target = Matrix.view(new float[2], 0, 2, 1);
        assertThatThrownBy(
                        () -> Arithmetic.EXACT.products().multiply(target, Matrix.view(new float[4], 0, 2, 2), right))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(2 × 2) · (3 × 1)");
        assertThatThrownBy(() -> Arithmetic.EXACT
                        .products()
                        .multiply(target, Matrix.view(new float[6], 0, 3, 2).transposed(), right))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("transpose");
    }

    @Test
    void refusesNumbersOutOfPlace() {
        SparseMatrix matrix = new SparseMatrix(3);
        matrix.appendColumn();
        matrix.append(1, 5);
        assertThatThrownBy(() -> matrix.append(1, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("below 3, found 1");
        assertThatThrownBy(() -> matrix.append(3, 5)).isInstanceOf(IllegalArgumentException.class);
        matrix.appendColumn();
        matrix.append(0, 5);
        assertThatThrownBy(() -> new SparseMatrix(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void leavingOutZerosPaysFromThreeQuartersOn() {
        assertThat(SparseMatrix.pays(0, 1000)).isTrue();
        assertThat(SparseMatrix.pays(250, 1000)).isTrue();
        assertThat(SparseMatrix.pays(251, 1000)).isFalse();
        assertThat(SparseMatrix.pays(1000, 1000)).isFalse();
    }

    private static void assertProduct(
            Kernels way, float[] left, int offset, int rows, SparseMatrix right, float[] dense) {
        float[] product = new float[3 + rows * right.columns() + 3];
        Arrays.fill(product, NAN);
        way.sparse(
                Matrix.view(product, 3, rows, right.columns()), Matrix.view(left, offset, rows, right.rows()), right);
        float[] expected = product.clone(); // of which the loop overwrites all but the margins
        for (int column = 0; column < right.columns(); column++) {
            for (int row = 0; row < rows; row++) {
                float sum = 0;
                for (int i = 0; i < right.rows(); i++) {
                    sum = Math.fma(left[offset + i * rows + row], dense[column * right.rows() + i], sum);
                }
                expected[3 + column * rows + row] = sum + 0f;
            }
        }
        assertThat(product).isEqualTo(expected).startsWith(NAN, NAN, NAN).endsWith(NAN, NAN, NAN);
    }

    /** Sets a matrix to random columns, about a third of them not 0; returns all its numbers, column by column. */
    private static float[] fill(SparseMatrix matrix, Random random, int columns) {
        matrix.clear();
        float[] dense = new float[matrix.rows() * columns];
        for (int column = 0; column < columns; column++) {
            matrix.appendColumn();
            for (int row = 0; row < matrix.rows(); row++) {
                if (random.nextInt(3) == 0) {
                    float value = random.nextFloat() - 0.5f;
                    dense[column * matrix.rows() + row] = value;
                    matrix.append(row, value);
                }
            }
        }
        return dense;
    }

    private static float[] transposed(float[] numbers, int rows, int columns) {
        float[] transposed = new float[numbers.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                transposed[row * columns + column] = numbers[column * rows + row];
            }
        }
        return transposed;
    }

    private static float[] numbers(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = random.nextFloat() - 0.5f;
        }
        return numbers;
    }
}
