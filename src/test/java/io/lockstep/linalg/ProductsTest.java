package io.lockstep.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ProductsTest {
    private static final float NAN = Float.NaN;

    @ParameterizedTest
    @EnumSource(Arithmetic.class)
    void multipliesByHand(Arithmetic arithmetic) {
        // [1 3; 2 4] · [5 7; 6 8], column-major
        float[] product = new float[4];
        arithmetic
                .products()
                .multiply(
                        Matrix.view(product, 0, 2, 2),
                        Matrix.view(new float[] {1, 2, 3, 4}, 0, 2, 2),
                        Matrix.view(new float[] {5, 6, 7, 8}, 0, 2, 2));
        assertThat(product).containsExactly(23, 34, 31, 46);
    }

    static Stream<Kernels> kernels() {
        return Stream.of(new PlainKernels(), ExactKernels.vectorKernels().orElseThrow());
    }

    @Test
    void thereAreKernelsWithTheVectorApi() {
        assertThat(ExactKernels.vectorKernels()).isPresent();
    }

    /** Every path: fewer rows than a vector, one or two vectors, blocks of them; panels that are full or not. */
    @ParameterizedTest
    @MethodSource("kernels")
    void everyElementIsTheChainOfItsDefinition(Kernels kernels) {
        Products products = new ExactProducts(kernels);
        Random random = new Random(5);
        for (int rows : IntStream.concat(IntStream.rangeClosed(1, 70), IntStream.of(127, 128, 129, 300))
                .toArray()) {
            Shape shape = new Shape(rows, 1 + random.nextInt(90), 1 + random.nextInt(40));
            for (boolean leftTransposed : new boolean[] {false, true}) {
                for (boolean rightTransposed : new boolean[] {false, true}) {
                    assertProduct(products, shape, leftTransposed, rightTransposed, random);
                }
            }
        }
        // Rows are packed for many columns, and of a large left factor for few; the last block may begin earlier.
        assertProduct(products, new Shape(88, 30, 150), false, true, random);
        assertProduct(products, new Shape(24, 30, 150), false, true, random);
        assertProduct(products, new Shape(40, 30, 150), false, true, random);
        assertProduct(products, new Shape(150, 30, 130), false, false, random);
        assertProduct(products, new Shape(150, 30, 130), false, true, random);
        assertProduct(products, new Shape(310, 900, 12), false, false, random);
        // Few rows by full panels; and the transposed product of many columns by few rows
        assertProduct(products, new Shape(15, 20, 12), false, true, random);
        assertProduct(products, new Shape(10, 20, 15), false, true, random);
        assertProduct(products, new Shape(7, 20, 150), false, true, random);
        // Transposed in more than one block of rows
        assertProduct(products, new Shape(530, 7, 9), true, false, random);
    }

    /**
     * A product too small for a float is ±0, and the sign must not depend on whether zeros are left out after it. As
     * many rows and columns as every sum of every tile needs.
     */
    @ParameterizedTest
    @MethodSource("kernels")
    void aSumThatUnderflowsIsPlusZero(Kernels kernels) {
        for (int rows : new int[] {1, 10, 16, 40, 150, 300, 400, 520}) {
            for (int columns : new int[] {1, 9, 12, 150}) {
                float[] left = new float[2 * rows];
                Arrays.fill(left, -1e-30f);
                float[] right = new float[2 * columns];
                SparseMatrix sparse = new SparseMatrix(2);
                for (int column = 0; column < columns; column++) {
                    right[2 * column] = 1e-30f;
                    sparse.appendColumn();
                    sparse.append(0, 1e-30f);
                }
                Matrix dense = Matrix.view(right, 0, 2, columns);
                float[] transposed = new float[2 * columns];
                Arrays.fill(transposed, 0, columns, 1e-30f);
                float[] expected = new float[rows * columns];
                assertThat(product(kernels, rows, left, dense)).isEqualTo(expected);
                assertThat(product(
                                kernels,
                                rows,
                                left,
                                Matrix.view(transposed, 0, columns, 2).transposed()))
                        .isEqualTo(expected);
                assertThat(product(kernels, rows, left, sparse)).isEqualTo(expected);
            }
        }
    }

    /** Of arrays, of which AssertJ compares the bits: a single 0 equals −0. */
    private static float[] product(Kernels kernels, int rows, float[] left, Factor right) {
        float[] product = new float[rows * right.columns()];
        new ExactProducts(kernels)
                .multiply(
                        Matrix.view(product, 0, rows, right.columns()),
                        Matrix.view(left, 0, rows, right.rows()),
                        right);
        return product;
    }

    /** Lengths that fill vectors and that do not; numbers that comparisons get wrong. */
    @ParameterizedTest
    @MethodSource("kernels")
    void whatALayerDoesToAProductIsElementByElement(Kernels kernels) {
        Products products = new ExactProducts(kernels);
        Random random = new Random(9);
        for (int rows : new int[] {1, 10, 16, 37, 128}) {
            float[] numbers = numbers(random, 2 + 3 * rows);
            float[] others = numbers(random, 3 * rows + 5);
            numbers[2] = NAN;
            others[0] = NAN;
            others[rows / 2] = -0f;
            float[] added = numbers.clone();
            float[] rectified = numbers.clone();
            float[] masked = numbers.clone();
            float[] sums = new float[rows + 1];
            float[] expectedSums = new float[rows + 1];
            products.addBias(Matrix.view(added, 2, rows, 3), others, 1);
            products.addBiasAndRectify(Matrix.view(rectified, 2, rows, 3), others, 1);
            products.mask(Matrix.view(masked, 2, rows, 3), others);
            products.sumRows(Matrix.view(numbers, 2, rows, 3), sums, 1);
            float[] expectedAdded = numbers.clone();
            float[] expectedRectified = numbers.clone();
            float[] expectedMasked = numbers.clone();
            for (int i = 0; i < 3 * rows; i++) {
                float sum = numbers[2 + i] + others[1 + i % rows];
                expectedAdded[2 + i] = sum;
                expectedRectified[2 + i] = Math.max(sum, 0f);
                expectedMasked[2 + i] = others[i] > 0 ? numbers[2 + i] : 0f;
                expectedSums[1 + i % rows] += numbers[2 + i];
            }
            assertThat(added).isEqualTo(expectedAdded);
            assertThat(rectified).isEqualTo(expectedRectified);
            assertThat(masked).isEqualTo(expectedMasked);
            assertThat(sums).isEqualTo(expectedSums);
        }
    }

    /** The first calls are interpreted, later ones compiled. */
    @ParameterizedTest
    @MethodSource("kernels")
    void aProductHasTheSameBitsColdAndWarm(Kernels kernels) {
        Products products = new ExactProducts(kernels);
        Random random = new Random(1);
        float[] a = numbers(random, 256 * 784);
        float[] b = numbers(random, 784 * 64);
        for (int k = 0; k < 784; k++) { // the first element underflows to −0
            a[256 * k] = -1e-30f;
            b[k] = 1e-30f;
        }
        Matrix left = Matrix.view(a, 0, 256, 784);
        Matrix right = Matrix.view(b, 0, 784, 64);
        float[] first = new float[256 * 64];
        products.multiply(Matrix.view(first, 0, 256, 64), left, right);
        assertThat(Float.floatToRawIntBits(first[0])).isZero();
        for (int call = 0; call < 200; call++) {
            float[] product = new float[256 * 64];
            products.multiply(Matrix.view(product, 0, 256, 64), left, right);
            assertThat(product).isEqualTo(first);
        }
    }

    @Test
    void bothArithmeticsAgreeToRounding() {
        Random random = new Random(7);
        for (int round = 0; round < 50; round++) {
            Shape shape = new Shape(1 + random.nextInt(300), 1 + random.nextInt(300), 1 + random.nextInt(70));
            Matrix left = Matrix.view(numbers(random, shape.rows * shape.inner), 0, shape.rows, shape.inner);
            Matrix right = Matrix.view(numbers(random, shape.columns * shape.inner), 0, shape.columns, shape.inner)
                    .transposed();
            float[] exact = new float[shape.rows * shape.columns];
            float[] breeze = new float[exact.length];
            Arithmetic.EXACT.products().multiply(Matrix.view(exact, 0, shape.rows, shape.columns), left, right);
            Arithmetic.BREEZE.products().multiply(Matrix.view(breeze, 0, shape.rows, shape.columns), left, right);
            for (int i = 0; i < exact.length; i++) {
                // up to 300 terms below 1/4, each rounded to 24 bits
                assertThat(exact[i]).isCloseTo(breeze[i], within(300 * 75 * 0x1p-24f));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Arithmetic.class)
    void refusesShapesThatDoNotFit(Arithmetic arithmetic) {
        Matrix twoByThree = Matrix.view(new float[6], 0, 2, 3);
        Matrix target = Matrix.view(new float[4], 0, 2, 2);
        assertThatThrownBy(() -> arithmetic.products().multiply(target, twoByThree, twoByThree))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(2 × 3) · (2 × 3)");
        assertThatThrownBy(() -> Matrix.view(new float[5], 0, 2, 3)).isInstanceOf(IllegalArgumentException.class);
    }

    private record Shape(int rows, int inner, int columns) {}

    private static void assertProduct(
            Products products, Shape shape, boolean leftTransposed, boolean rightTransposed, Random random) {
        int offset = random.nextInt(5);
        int behind = random.nextBoolean() ? 0 : 20; // numbers behind a matrix that are none of its
        float[] a = numbers(random, offset + shape.rows * shape.inner, behind);
        float[] b = numbers(random, offset + shape.inner * shape.columns, behind);
        float[] product = new float[3 + shape.rows * shape.columns + 3];
        Arrays.fill(product, NAN);
        Matrix left = leftTransposed
                ? Matrix.view(a, offset, shape.inner, shape.rows).transposed()
                : Matrix.view(a, offset, shape.rows, shape.inner);
        Matrix right = rightTransposed
                ? Matrix.view(b, offset, shape.columns, shape.inner).transposed()
                : Matrix.view(b, offset, shape.inner, shape.columns);
        products.multiply(Matrix.view(product, 3, shape.rows, shape.columns), left, right);
        float[] expected = product.clone();
        for (int i = 0; i < shape.rows; i++) {
            for (int j = 0; j < shape.columns; j++) {
                float sum = 0;
                for (int k = 0; k < shape.inner; k++) {
                    sum = Math.fma(
                            a[offset + (leftTransposed ? i * shape.inner + k : k * shape.rows + i)],
                            b[offset + (rightTransposed ? k * shape.columns + j : j * shape.inner + k)],
                            sum);
                }
                expected[3 + j * shape.rows + i] = sum + 0f;
            }
        }
        assertThat(product)
                .as("%s, transposed: %s, %s", shape, leftTransposed, rightTransposed)
                .isEqualTo(expected)
                .startsWith(NAN, NAN, NAN)
                .endsWith(NAN, NAN, NAN);
    }

    private static float[] numbers(Random random, int count, int behind) {
        float[] numbers = Arrays.copyOf(numbers(random, count), count + behind);
        Arrays.fill(numbers, count, count + behind, NAN);
        return numbers;
    }

    /** Some of them 0. */
    private static float[] numbers(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = random.nextInt(8) == 0 ? 0 : random.nextFloat() - 0.5f;
        }
        return numbers;
    }
}
