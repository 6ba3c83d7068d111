package io.lockstep.linalg;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * a · b + c in single precision with one rounding (IEEE 754 fusedMultiplyAdd), by the processor if it has the
 * instruction. {@link Math#fma} gives the same number without it, but by way of {@code BigDecimal}, which takes a
 * thousand times as long.
 */
final class Fma {
    /** Whether this JVM compiles {@link Math#fma} to one instruction. */
    static final boolean IS_INSTRUCTION = isInstruction();

    private Fma() {}

    static float fma(float a, float b, float c) {
        return IS_INSTRUCTION ? Math.fma(a, b, c) : ofOrdinaryOperations(a, b, c);
    }

    /**
     * The same number from additions and multiplications. The product of two floats is exact in double precision. Its
     * sum with the third is rounded to odd: if it is not exact, the last bit is set. Rounding that to single precision
     * gives the rounded exact sum, because double precision has more than two bits more (Boldo and Melquiond,
     * "Emulation of a FMA and correctly rounded sums: proved algorithms using rounding to odd", IEEE Transactions on
     * Computers, 2008).
     */
    static float ofOrdinaryOperations(float a, float b, float c) {
        double product = (double) a * b;
        double sum = product + c;
        double ofC = sum - product;
        double error = (product - (sum - ofC)) + (c - ofC); // exactly what the rounded sum lacks (Knuth's TwoSum)
        if (error != 0 && !Double.isNaN(error)) { // NaN only where the sum is not finite
            long bits = Double.doubleToRawLongBits(sum);
            if ((bits & 1) == 0) {
                sum = Double.longBitsToDouble(error > 0 == sum > 0 ? bits + 1 : bits - 1);
            }
        }
        return (float) sum;
    }

    private static boolean isInstruction() {
        try {
            return Boolean.parseBoolean(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .getVMOption("UseFMA")
                    .getValue());
        } catch (RuntimeException | LinkageError notHotSpot) {
            return true; // else it is slow, and still right
        }
    }
}
