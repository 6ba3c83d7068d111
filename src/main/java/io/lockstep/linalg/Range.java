package io.lockstep.linalg;

import java.util.function.Consumer;
import java.util.function.Function;

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
     * Applies a function to every chunk of an array, in parallel, and adds the results in chunk order, whichever
     * finished first.
     *
     * @param sums of one chunk, always as many; writes no numbers but those of its range
     * @return as many sums, each over all chunks
     */
    public static double[] sumsOverChunks(int length, Workers workers, Function<Range, double[]> sums) {
        double[][] ofChunks = new double[chunkCount(length)][];
        workers.forEach(ofChunks.length, i -> ofChunks[i] = sums.apply(chunk(length, i)));
        double[] total = new double[ofChunks[0].length];
        for (double[] one : ofChunks) {
            for (int i = 0; i < total.length; i++) {
                total[i] += one[i];
            }
        }
        return total;
    }

    /**
     * Calls {@code body} for every chunk of an array, in parallel.
     *
     * @param body writes no numbers but those of its range
     */
    static void forEachChunk(int length, Workers workers, Consumer<Range> body) {
        workers.forEach(chunkCount(length), i -> body.accept(chunk(length, i)));
    }

    private static int chunkCount(int length) {
        return length / LENGTH + 1;
    }

    private static Range chunk(int length, int index) {
        return new Range(index * LENGTH, (int) Math.min(length, (index + 1L) * LENGTH));
    }

    /** What it has in common with another, perhaps nothing. */
    public Range intersect(int otherFrom, int otherTo) {
        return new Range(Math.max(from, otherFrom), Math.min(to, otherTo));
    }
}
