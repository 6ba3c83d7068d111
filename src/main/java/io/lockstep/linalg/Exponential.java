package io.lockstep.linalg;

/**
 * eˣ by a fixed sequence of operations that IEEE 754 defines, each rounded once: the same bits on every machine,
 * interpreted or compiled, as of {@link StrictMath#exp}, and faster.
 *
 * <p>With k the integer next to x / ln 2 and r = x − k · ln 2, so that |r| ≤ ln 2 / 2, it is 2ᵏ · Σ rⁱ / i! for i up to
 * 13. What the sum leaves out is below 2⁻⁵⁷ of it. The result differs from eˣ by less than 2 units in the last place.
 */
public final class Exponential {
    /** Below it, eˣ is smaller than the normal numbers, and taken for 0. */
    private static final double LOWEST = -708;

    private static final double PER_LN_2 = 1.4426950408889634;

    // ln 2 in two parts, the first with so few bits that k times it is exact.
    private static final double LN_2_HIGH = 6.93147180369123816490e-01;
    private static final double LN_2_LOW = 1.90821492927058770002e-10;

    private static final int EXPONENT_BIAS = 1023;
    private static final int FRACTION_BITS = 52;

    private Exponential() {}

    /**
     * eˣ; 0 for x below −708; NaN for NaN.
     *
     * @param x at most 709
     */
    public static double exp(double x) {
        if (x < LOWEST) {
            return 0;
        }
        double k = Math.rint(x * PER_LN_2);
        double r = (x - k * LN_2_HIGH) - k * LN_2_LOW;
        double sum = 1.0 / 6227020800.0; // 1 / 13!
        sum = sum * r + 1.0 / 479001600.0;
        sum = sum * r + 1.0 / 39916800.0;
        sum = sum * r + 1.0 / 3628800.0;
        sum = sum * r + 1.0 / 362880.0;
        sum = sum * r + 1.0 / 40320.0;
        sum = sum * r + 1.0 / 5040.0;
        sum = sum * r + 1.0 / 720.0;
        sum = sum * r + 1.0 / 120.0;
        sum = sum * r + 1.0 / 24.0;
        sum = sum * r + 1.0 / 6.0;
        sum = sum * r + 0.5;
        sum = sum * r + 1;
        sum = sum * r + 1;
        return sum * Double.longBitsToDouble((long) k + EXPONENT_BIAS << FRACTION_BITS);
    }
}
