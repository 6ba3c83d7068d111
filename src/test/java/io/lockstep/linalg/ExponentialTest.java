package io.lockstep.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ExponentialTest {
    @Test
    void differsFromStrictMathByLessThanThreeUnitsInTheLastPlace() {
        Random random = new Random(1);
        double worst = 0;
        for (int i = 0; i < 2_000_000; i++) {
            double x = i % 2 == 0 ? -708 * random.nextDouble() : -2 * random.nextDouble();
            double expected = StrictMath.exp(x); // itself right to one unit
            worst = Math.max(worst, Math.abs(Exponential.exp(x) - expected) / Math.ulp(expected));
        }
        assertThat(worst).isLessThan(3);
    }

    @Test
    void isExactWhereItCanBe() {
        assertThat(Exponential.exp(0)).isEqualTo(1);
        assertThat(Exponential.exp(-0.0)).isEqualTo(1);
        assertThat(Exponential.exp(-709)).isZero();
        assertThat(Exponential.exp(Double.NEGATIVE_INFINITY)).isZero();
        assertThat(Exponential.exp(Double.NaN)).isNaN();
        assertThat(Exponential.exp(-708)).isPositive();
    }

    /** A constant, so that no machine or compiler can agree with itself only. */
    @Test
    void hasTheseBits() {
        long sum = 0;
        Random random = new Random(2);
        for (int i = 0; i < 100_000; i++) {
            sum = 31 * sum + Double.doubleToLongBits(Exponential.exp(-40 * random.nextDouble()));
        }
        assertThat(sum).isEqualTo(4450212950626955239L);
    }
}
