package io.lockstep;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * The exact sum of doubles and of products of two doubles: no addition rounds, so terms and partial sums can come in
 * any order and grouping. Only {@link #toDouble} rounds, once.
 *
 * <p>The sum is a fixed-point number to the base 2<sup>32</sup> whose digits are signed longs, so that carries can wait
 * (a superaccumulator: Kulisch, "Computer Arithmetic and Validity", 2008). Digits are kept only from the lowest to the
 * highest that was used: sums of small whole numbers take two, and no sum takes more than 150.
 */
public final class ExactSum implements Serializable {
    private static final long serialVersionUID = 1;

    private static final int DIGIT_BITS = 32;
    private static final long DIGIT_MASK = 0xFFFF_FFFFL;

    /** Digit 0 begins at this power of two: that of the smallest product, 2^-1074 · 2^-1074. */
    private static final int LOWEST_EXPONENT = -2148;

    private static final int SMALLEST_EXPONENT = -1074;
    private static final int PRECISION = 53;

    /** A digit changes by less than 2^33 a term, so it stays below 2^63 even after two such sums are merged. */
    private static final int MAX_PENDING = 1 << 28;

    private long[] digits = {};
    private int first; // which digit digits[0] is
    private int pending; // terms since the carries were propagated

    /**
     * Adds a term to this sum.
     *
     * @return this
     * @throws IllegalArgumentException if it is NaN or infinite
     */
    public ExactSum add(double term) {
        long significand = significand(term);
        if (significand != 0) {
            int position = exponent(term) - LOWEST_EXPONENT;
            reserve(position, 2);
            addDigit(significand & DIGIT_MASK, position, term < 0);
            addDigit(significand >>> DIGIT_BITS, position + DIGIT_BITS, term < 0);
            countTerms(1);
        }
        return this;
    }

    /**
     * Adds a · b to this sum, exactly, also where the product as a double would overflow or underflow.
     *
     * @return this
     * @throws IllegalArgumentException if a factor is NaN or infinite
     */
    public ExactSum addProduct(double a, double b) {
        long left = significand(a);
        long right = significand(b);
        if (left != 0 && right != 0) {
            long low = left * right;
            long high = Math.multiplyHigh(left, right);
            int position = exponent(a) + exponent(b) - LOWEST_EXPONENT;
            boolean negative = a < 0 != b < 0;
            reserve(position, 4);
            addDigit(low & DIGIT_MASK, position, negative);
            addDigit(low >>> DIGIT_BITS, position + DIGIT_BITS, negative);
            addDigit(high & DIGIT_MASK, position + 2 * DIGIT_BITS, negative);
            addDigit(high >>> DIGIT_BITS, position + 3 * DIGIT_BITS, negative);
            countTerms(1);
        }
        return this;
    }

    /**
     * Adds another sum to this one; the other stays as it is.
     *
     * @return this
     */
    public ExactSum merge(ExactSum other) {
        if (other.digits.length > 0) {
            reserveDigits(other.first, other.first + other.digits.length);
            for (int i = 0; i < other.digits.length; i++) {
                digits[other.first - first + i] += other.digits[i];
            }
            countTerms(other.pending + 1);
        }
        return this;
    }

    /** A sum of the same value, which can be changed independently. */
    public ExactSum copy() {
        return new ExactSum().merge(this);
    }

    /** The double next to the sum (to even where two are equally near); infinite beyond the largest; never -0. */
    public double toDouble() {
        int low = 0;
        int high = digits.length - 1;
        while (low < high && digits[low] == 0) {
            low++;
        }
        while (low < high && digits[high] == 0) {
            high--;
        }
        int exponent = LOWEST_EXPONENT + (first + low) * DIGIT_BITS;
        // Sums of whole numbers have but one digit that is not 0, which a cast rounds, and need no large integers.
        boolean hasOneDigit = low == high && exponent >= Double.MIN_EXPONENT;
        return hasOneDigit ? Math.scalb((double) digits[low], exponent) : rounded();
    }

    private double rounded() {
        BigInteger units = units();
        BigInteger magnitude = units.abs();
        int exponent = exponentOfUnits();
        int dropped = Math.max(magnitude.bitLength() - PRECISION, SMALLEST_EXPONENT - exponent);
        if (dropped > 0) {
            BigInteger kept = magnitude.shiftRight(dropped);
            boolean atLeastHalf = magnitude.testBit(dropped - 1);
            boolean exactlyHalf = atLeastHalf && magnitude.getLowestSetBit() == dropped - 1;
            boolean up = atLeastHalf && (!exactlyHalf || kept.testBit(0));
            magnitude = up ? kept.add(BigInteger.ONE) : kept;
            exponent += dropped;
        }
        // at most 2^53 and, scaled, no finer than the smallest double: neither step rounds
        double rounded = Math.scalb((double) magnitude.longValueExact(), exponent);
        return units.signum() < 0 ? 0.0 - rounded : rounded;
    }

    /** The sum itself. It can have more than two thousand decimal places. */
    public BigDecimal toBigDecimal() {
        int exponent = exponentOfUnits();
        BigDecimal units = new BigDecimal(units());
        BigDecimal two = BigDecimal.valueOf(2);
        return exponent >= 0 ? units.multiply(two.pow(exponent)) : units.divide(two.pow(-exponent));
    }

    @Override
    public String toString() {
        return Double.toString(toDouble());
    }

    private static long significand(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("expected a finite number, found " + value);
        }
        long fraction = Double.doubleToRawLongBits(value) & ((1L << (PRECISION - 1)) - 1);
        return Math.abs(value) < Double.MIN_NORMAL ? fraction : fraction | 1L << (PRECISION - 1);
    }

    /** The power of two of the significand's last bit. */
    private static int exponent(double value) {
        return Math.max(Math.getExponent(value), Double.MIN_EXPONENT) - (PRECISION - 1);
    }

    private void addDigit(long digit, int position, boolean negative) {
        long shifted = digit << position % DIGIT_BITS;
        long sign = negative ? -1 : 1;
        int index = position / DIGIT_BITS - first;
        digits[index] += sign * (shifted & DIGIT_MASK);
        digits[index + 1] += sign * (shifted >>> DIGIT_BITS);
    }

    private void reserve(int position, int count) {
        reserveDigits(position / DIGIT_BITS, position / DIGIT_BITS + count + 1);
    }

    private void reserveDigits(int from, int to) {
        if (digits.length == 0) {
            first = from;
            digits = new long[to - from];
        } else if (from < first || to > first + digits.length) {
            int newFirst = Math.min(from, first);
            long[] wider = new long[Math.max(to, first + digits.length) - newFirst];
            System.arraycopy(digits, 0, wider, first - newFirst, digits.length);
            first = newFirst;
            digits = wider;
        }
    }

    private void countTerms(int terms) {
        pending += terms;
        if (pending >= MAX_PENDING) {
            propagateCarries();
            pending = 0;
        }
    }

    /** Brings all digits but the highest, which keeps the sign, into [0, 2^32), with a new highest if it must. */
    private void propagateCarries() {
        int highest = digits.length - 1;
        for (int i = 0; i < highest; i++) {
            digits[i + 1] += digits[i] >> DIGIT_BITS;
            digits[i] &= DIGIT_MASK;
        }
        if (Math.abs(digits[highest]) > DIGIT_MASK) {
            digits = Arrays.copyOf(digits, digits.length + 1);
            digits[highest + 1] = digits[highest] >> DIGIT_BITS;
            digits[highest] &= DIGIT_MASK;
        }
    }

    /** The sum in units of 2^{@link #exponentOfUnits}. */
    private BigInteger units() {
        BigInteger units = BigInteger.ZERO;
        for (int i = digits.length - 1; i >= 0; i--) {
            units = units.shiftLeft(DIGIT_BITS).add(BigInteger.valueOf(digits[i]));
        }
        return units;
    }

    private int exponentOfUnits() {
        return LOWEST_EXPONENT + first * DIGIT_BITS;
    }
}
