package io.lockstep.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VectorsTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 1023, 1024, 1025, 512, 32 * 512, 33 * 512, 64 * 512 + 7})
    void everySquareCountsOnce(int length) {
        float[] vector = new float[length];
        double sum = 0;
        for (int i = 0; i < length; i++) {
            vector[i] = (i % 2 == 0 ? 1 : -1) * (i % 1000 + 0.5f);
            sum += (double) vector[i] * vector[i];
        }
        assertThat(Vectors.sumOfSquares(vector, Range.all(length))).isCloseTo(sum, withinPercentage(1e-4));
    }

    @Test
    void squaresThatOverflowSinglePrecisionAreRight() {
        float[] vector = new float[3000];
        Arrays.fill(vector, 1e30f);
        assertThat(Vectors.sumOfSquares(vector, Range.all(3000))).isCloseTo(3000e60, withinPercentage(1e-4));
    }

    @Test
    void onlyTheRangeCounts() {
        float[] vector = new float[5000];
        Arrays.fill(vector, Float.NaN);
        Arrays.fill(vector, 1001, 4001, 2f);
        assertThat(Vectors.sumOfSquares(vector, new Range(1001, 4001))).isEqualTo(4 * 3000);
        Vectors.scaleInPlace(vector, 3, new Range(1001, 1002));
        assertThat(Vectors.sumOfSquares(vector, new Range(1001, 4001))).isEqualTo(4 * 2999 + 36);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void oneNumberThatIsNotFiniteIsFoundAnywhere(float value) {
        for (int length : new int[] {1, 1024, 2500}) {
            for (int i = 0; i < length; i += 499) {
                float[] vector = new float[length];
                vector[i] = value;
                assertThat(Vectors.sumOfSquares(vector, Range.all(length))).isNotFinite();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.lockstep.linalg.ProductsTest#kernels")
    void allKernelsFindOneNumberThatIsNotFiniteAnywhereInARange(Kernels kernels) {
        float[] vector = new float[300];
        Arrays.fill(vector, Float.MAX_VALUE);
        for (int from : new int[] {0, 5}) {
            for (int to : new int[] {from, from + 1, 64, 69, 290, 300}) {
                assertThat(kernels.areFinite(vector, from, to)).isTrue();
                for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                    for (int i = 0; i < vector.length; i++) {
                        vector[i] = value;
                        assertThat(kernels.areFinite(vector, from, to)).isEqualTo(i < from || i >= to);
                        vector[i] = -Float.MAX_VALUE;
                    }
                }
            }
        }
    }

    /** By hand: lane after lane, each square rounded before it is added. */
    @ParameterizedTest
    @MethodSource("io.lockstep.linalg.ProductsTest#kernels")
    void squaresAreAddedRowAfterRowByAllKernels(Kernels kernels) {
        Random random = new Random(1);
        for (int lanes : new int[] {256, 512}) {
            for (int rows : new int[] {0, 1, 5, 32}) {
                int from = random.nextInt(20);
                float[] vector = new float[from + rows * lanes];
                float[] sums = new float[lanes];
                for (int i = 0; i < vector.length; i++) {
                    vector[i] = (float) random.nextGaussian();
                }
                for (int lane = 0; lane < lanes; lane++) {
                    sums[lane] = random.nextFloat();
                }
                float[] expected = sums.clone();
                for (int i = from; i < vector.length; i++) {
                    float square = vector[i] * vector[i];
                    expected[(i - from) % lanes] += square;
                }
                kernels.addSquares(sums, vector, from, rows);
                assertThat(sums).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, Range.LENGTH, 3 * Range.LENGTH + 5})
    void addsEveryNumberOnceOnAnyThread(int length) {
        float[] sum = new float[length];
        float[] addend = new float[length];
        for (int i = 0; i < length; i++) {
            sum[i] = i;
            addend[i] = 0.5f;
        }
        Vectors.addInPlace(
                sum,
                addend,
                (rounds, body) -> IntStream.range(0, rounds).parallel().forEach(body));
        for (int i = 0; i < length; i++) {
            assertThat(sum[i]).isEqualTo(i + 0.5f);
        }
    }

    @Test
    void theLargestAndSmallestNumbersAreFinite() {
        float[] vector = {Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, -0f, 0f};
        assertThat(Vectors.sumOfSquares(vector, Range.all(vector.length))).isFinite();
        assertThat(Vectors.sumOfSquares(vector, Range.all(0))).isZero();
    }
}
