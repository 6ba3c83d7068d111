package io.lockstep.linalg;

import java.util.function.ToDoubleFunction;

/**
 * Part of a long array.
 *
 * @param from index of the first number
 * @param to index after the last
 */
public record Range(int from, int to) {
    /** So short that the same part of a few arrays stays in a core's cache. */
    static final int LENGTH = 16_384;

    /** All of an array. */
    public static Range all(int length) {
        return new Range(0, length);
    }

    /**
     * Applies a function to every chunk of an array, in parallel, and adds the results in chunk order, whichever finished
     * first.
     *
     * @param part writes no numbers but those of its range
     */
    public static double sumOverParts(int length, Workers workers, ToDoubleFunction<Range> part) {
        int count = length / LENGTH + 1;
        double[] sums = new double[count];
        workers.forEach(count, i -> {
            Range range = new Range(i * LENGTH, i == count - 1 ? length : (i + 1) * LENGTH);
            sums[i] = part.applyAsDouble(range);
        });
        double sum = 0;
        for (double one : sums) {
            sum += one;
        }
        return sum;
    }

    /** What it has in common with another, perhaps nothing. */
    public Range intersect(int otherFrom, int otherTo) {
        return new Range(Math.max(from, otherFrom), Math.min(to, otherTo));
    }
}
