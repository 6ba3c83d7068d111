package io.lockstep.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FmaTest {
    private static final float[] SPECIAL = {
        0f,
        -0f,
        1f,
        -1f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MIN_NORMAL,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Math.nextUp(1f),
        Math.nextDown(1f),
        0x1p-75f,
        0x1p-100f,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.NaN
    };

    @Test
    void ordinaryOperationsGiveTheNumberOfTheInstruction() {
        for (float a : SPECIAL) {
            for (float b : SPECIAL) {
                for (float c : SPECIAL) {
                    assertSame(a, b, c);
                }
            }
        }
        Random random = new Random(1);
        for (int i = 0; i < 2_000_000; i++) {
            assertSame(anything(random), anything(random), anything(random));
        }
    }

    /** Sums near a number half-way between two floats, where rounding twice goes wrong. */
    @Test
    void alsoNextToTies() {
        Random random = new Random(2);
        for (int i = 0; i < 2_000_000; i++) {
            float c = 1 + random.nextFloat();
            float a = (1 + random.nextInt(3)) * 0x1p-13f * (1 + random.nextInt(2) * 0x1p-23f);
            float b = 0x1p-11f * (1 + random.nextInt(5) * 0x1p-23f);
            assertSame(a, b, random.nextBoolean() ? c : -c);
        }
    }

    private static float anything(Random random) {
        return random.nextBoolean() ? Float.intBitsToFloat(random.nextInt()) : random.nextFloat() - 0.5f;
    }

    private static void assertSame(float a, float b, float c) {
        int expected = Float.floatToIntBits(Math.fma(a, b, c));
        if (Float.floatToIntBits(Fma.ofOrdinaryOperations(a, b, c)) != expected) {
            assertThat(Fma.ofOrdinaryOperations(a, b, c))
                    .as("fma(%s, %s, %s)", a, b, c)
                    .isEqualTo(Math.fma(a, b, c));
        }
    }
}
