package io.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.linalg.SparseMatrix;
import io.lockstep.nn.Batch;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparseRowsTest {
    static IntStream featureCounts() {
        return IntStream.concat(IntStream.rangeClosed(1, 24), IntStream.of(255, 256, 257, 264, 784, 3001));
    }

    /** Of rows with everything from no zeros to nothing else, by runs that may be longer than a pair counts. */
    @ParameterizedTest
    @MethodSource("featureCounts")
    void hasTheNumbersOfTheRowsItIsMadeOf(int featureCount) {
        RowFormat format = new RowFormat(featureCount);
        Random random = new Random(featureCount);
        int count = 60;
        byte[] bytes = new byte[count * format.bytes()];
        for (int row = 0; row < count; row++) {
            int longest = 1 << random.nextInt(11);
            int at = row * format.bytes();
            for (int feature = random.nextInt(longest); feature < featureCount; feature += random.nextInt(longest)) {
                bytes[at + feature] = (byte) (1 + random.nextInt(255));
                feature++;
            }
        }
        DenseRows dense = new DenseRows(format, bytes);
        long nonZeros = 0;
        for (int i = 0; i < bytes.length; i++) {
            nonZeros += i % format.bytes() < featureCount && bytes[i] != 0 ? 1 : 0;
        }
        assertThat(format.nonZeros(bytes)).isEqualTo(nonZeros);
        SparseRows sparse = SparseRows.of(dense, nonZeros);

        Batch expected = new Batch(featureCount);
        dense.gatherFeatures(row -> row, count, 0.5f, expected);
        Batch batch = new Batch(featureCount);
        sparse.gatherFeatures(row -> row, count, 0.5f, batch);
        SparseMatrix found = (SparseMatrix) batch.inputs();
        for (int row = 0; row < count; row++) {
            float[] features = Arrays.copyOfRange(expected.features(), row * featureCount, (row + 1) * featureCount);
            assertThat(found.column(row)).isEqualTo(features);
        }
    }

    /** A number takes as many pairs as there are whole runs of 256 zeros before it, and one. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 254, 255, 256, 257, 511, 512, 513, 767, 768})
    void aNumberBehindAnyNumberOfZerosIsFound(int zeros) {
        RowFormat format = new RowFormat(zeros + 1);
        byte[] bytes = new byte[format.bytes()];
        bytes[zeros] = 3;
        SparseRows sparse = SparseRows.of(new DenseRows(format, bytes), 1);
        assertThat(sparse.pairs()).hasSize(2 * (zeros / 256 + 1));
        Batch batch = new Batch(zeros + 1);
        sparse.gatherFeatures(row -> row, 1, 1, batch);
        float[] expected = new float[zeros + 1];
        expected[zeros] = 3;
        assertThat(((SparseMatrix) batch.inputs()).column(0)).isEqualTo(expected);
    }

    @Test
    void countsNonZerosAmongEightBytes() {
        Random random = new Random(1);
        for (int repeat = 0; repeat < 1000; repeat++) {
            byte[] bytes = new byte[8];
            int nonZeros = 0;
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (random.nextBoolean() ? 0 : random.nextBoolean() ? 0x80 : random.nextInt(256));
                nonZeros += bytes[i] == 0 ? 0 : 1;
            }
            assertThat(EightBytes.nonZeros(EightBytes.of(bytes, 0, 8))).isEqualTo(nonZeros);
            byte[] shorter = Arrays.copyOf(bytes, 5);
            assertThat(EightBytes.of(shorter, 0, 5)).isEqualTo(EightBytes.of(bytes, 0, 8) & 0xffffffffffL);
        }
    }
}
