package io.lockstep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExactSumTest {
    @Test
    void nothingAddsUpToZero() {
        assertThat(bits(new ExactSum().toDouble())).isEqualTo(bits(0.0));
        assertThat(bits(new ExactSum().add(-0.0).toDouble())).isEqualTo(bits(0.0));
        assertThat(bits(new ExactSum().add(-1).add(1).toDouble())).isEqualTo(bits(0.0));
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {
                1,
                -1,
                0.1,
                -1e300,
                Double.MAX_VALUE,
                -Double.MAX_VALUE,
                Double.MIN_VALUE,
                -Double.MIN_VALUE,
                Double.MIN_NORMAL,
                0x0.fffffffffffffp-1022
            })
    void oneTermIsTheSum(double term) {
        assertThat(new ExactSum().add(term).toDouble()).isEqualTo(term);
        assertThat(new ExactSum().addProduct(term, -1).toDouble()).isEqualTo(-term);
    }

    @Test
    void smallTermsSurviveHugeOnesThatCancel() {
        ExactSum sum = new ExactSum()
                .add(1e308)
                .add(Double.MIN_VALUE)
                .add(1)
                .add(-1e308)
                .add(-1);
        assertThat(sum.toDouble()).isEqualTo(Double.MIN_VALUE);
    }

    @Test
    void aTieGoesToTheEvenNeighbourAndTheSmallestExcessBreaksIt() {
        assertThat(new ExactSum().add(1).add(0x1p-53).toDouble()).isEqualTo(1);
        assertThat(new ExactSum().add(1).add(0x1p-52).add(0x1p-53).toDouble()).isEqualTo(1 + 0x1p-51);
        assertThat(new ExactSum()
                        .add(1)
                        .add(0x1p-53)
                        .addProduct(Double.MIN_VALUE, Double.MIN_VALUE)
                        .toDouble())
                .isEqualTo(1 + 0x1p-52);
        assertThat(new ExactSum().addProduct(Double.MIN_VALUE, 0.5).toDouble()).isZero();
        assertThat(new ExactSum().addProduct(Double.MIN_VALUE, 1.5).toDouble()).isEqualTo(2 * Double.MIN_VALUE);
    }

    @Test
    void wholeNumbersAndHalvesAreCountedExactly() {
        ExactSum sum = new ExactSum();
        for (int i = 1; i <= 1000; i++) {
            sum.add(1).addProduct(i, -0.5);
            assertThat(sum.toDouble()).isEqualTo(i - i * (i + 1) / 4.0);
        }
        assertThat(new ExactSum().add(0x1p53).add(1).toDouble()).isEqualTo(0x1p53);
        assertThat(new ExactSum().add(0x1p53).add(3).toDouble()).isEqualTo(0x1p53 + 4);
    }

    @Test
    void aSumBeyondTheLargestDoubleIsInfiniteUntilItComesBack() {
        ExactSum sum = new ExactSum().add(Double.MAX_VALUE).add(Double.MAX_VALUE);
        assertThat(sum.toDouble()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(sum.add(-Double.MAX_VALUE).toDouble()).isEqualTo(Double.MAX_VALUE);

        ExactSum product = new ExactSum().addProduct(-Double.MAX_VALUE, Double.MAX_VALUE);
        assertThat(product.toDouble()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(product.addProduct(Double.MAX_VALUE, Double.MAX_VALUE).add(3).toDouble())
                .isEqualTo(3);
    }

    @RepeatedTest(200)
    void agreesWithDecimalArithmetic(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        ExactSum sum = new ExactSum();
        BigDecimal expected = BigDecimal.ZERO;
        for (int term = random.nextInt(20); term >= 0; term--) {
            double a = anyDouble(random);
            double b = anyDouble(random);
            sum.add(a).addProduct(a, b);
            expected = expected.add(new BigDecimal(a)).add(new BigDecimal(a).multiply(new BigDecimal(b)));
        }
        assertThat(sum.toBigDecimal()).isEqualByComparingTo(expected);
        assertThat(sum.toDouble()).isEqualTo(expected.doubleValue());
    }

    @RepeatedTest(50)
    void anyOrderAndGroupingGivesTheSameBits(RepetitionInfo repetition) throws Exception {
        Random random = new Random(repetition.getCurrentRepetition());
        List<Double> terms = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            terms.add(anyDouble(random));
        }
        long expected = bits(sum(terms).toDouble());
        Collections.shuffle(terms, random);
        ExactSum merged = new ExactSum();
        for (int from = 0; from < terms.size(); ) {
            int to = Math.min(terms.size(), from + 1 + random.nextInt(30));
            merged = random.nextBoolean()
                    ? merged.merge(copyThroughBytes(sum(terms.subList(from, to))))
                    : sum(terms.subList(from, to)).merge(merged);
            from = to;
        }
        assertThat(bits(merged.toDouble())).isEqualTo(expected);
    }

    @Test
    void mergingDoublesAsOftenAsOneLikesWithoutLosingCarries() {
        ExactSum sum = new ExactSum().add(-0.1).add(1e10);
        BigDecimal expected = sum.toBigDecimal();
        for (int doubling = 0; doubling < 200; doubling++) {
            sum.merge(sum.copy());
            expected = expected.add(expected);
        }
        assertThat(sum.toBigDecimal()).isEqualByComparingTo(expected);
    }

    @Test
    void aCopyIsIndependent() {
        ExactSum sum = new ExactSum().add(1);
        ExactSum copy = sum.copy();
        sum.add(2);
        assertThat(copy.toDouble()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void refusesWhatHasNoSum(double term) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ExactSum().add(term));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ExactSum().addProduct(0, term))
                .withMessageContaining("expected a finite number, found " + term);
    }

    /** Any bits: of all magnitudes alike, one in four subnormal. */
    private static double anyDouble(Random random) {
        double value = Double.longBitsToDouble(random.nextLong());
        return Double.isFinite(value) && random.nextInt(4) > 0
                ? value
                : Double.longBitsToDouble(random.nextLong() & 0x800F_FFFF_FFFF_FFFFL);
    }

    private static ExactSum sum(List<Double> terms) {
        ExactSum sum = new ExactSum();
        terms.forEach(sum::add);
        return sum;
    }

    private static ExactSum copyThroughBytes(ExactSum sum) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(sum);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (ExactSum) in.readObject();
        }
    }

    private static long bits(double value) {
        return Double.doubleToRawLongBits(value);
    }
}
