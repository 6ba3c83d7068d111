package io.lockstep.inference;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * Ranges of the scores of each class, so that each range can be sorted by one task. Where a class is divided only says
 * who does the work.
 *
 * @param bounds of each class: the positions where a range ends and the next begins, ascending
 * @param firsts the number of the first range of each class, and after the last class that of all ranges; those of a
 *     class are consecutive
 */
record ScoreRanges(int[][] bounds, int[] firsts) implements Serializable {
    private static final int SAMPLES_PER_RANGE = 30;

    /** Divides each class into ranges of about the same number of rows, by a sample. */
    static ScoreRanges of(JavaRDD<ScoredRows> rows, int classCount, long rowCount, int rowsPerRange) {
        int ranges = (int) Math.min(Integer.MAX_VALUE / classCount, (rowCount + rowsPerRange - 1) / rowsPerRange);
        if (ranges <= 1) {
            return of(new int[classCount][0]);
        }
        int stride = (int) Math.max(1, rowCount / ((long) ranges * SAMPLES_PER_RANGE));
        List<int[]> samples = rows.flatMap(block -> sample(block, stride)).collect();
        return of(IntStream.range(0, classCount)
                .mapToObj(classIndex -> quantiles(
                        samples.stream()
                                .mapToInt(sample -> sample[classIndex])
                                .sorted()
                                .toArray(),
                        ranges))
                .toArray(int[][]::new));
    }

    private static ScoreRanges of(int[][] bounds) {
        int[] firsts = new int[bounds.length + 1];
        for (int i = 0; i < bounds.length; i++) {
            firsts[i + 1] = firsts[i] + bounds[i].length + 1;
        }
        return new ScoreRanges(bounds, firsts);
    }

    /**
     * The positions of all classes, of some of the rows.
     *
     * @param stride from one row to the next
     */
    private static Iterator<int[]> sample(ScoredRows rows, int stride) {
        return IntStream.range(0, (rows.count() + stride - 1) / stride)
                .mapToObj(i -> IntStream.range(0, rows.classCount())
                        .map(classIndex -> Scores.position(rows.probability(i * stride, classIndex)))
                        .toArray())
                .iterator();
    }

    private static int[] quantiles(int[] sorted, int count) {
        return IntStream.range(1, count)
                .map(i -> sorted[(int) ((long) i * sorted.length / count)])
                .distinct()
                .toArray();
    }

    int count() {
        return firsts[bounds.length];
    }

    /** The number of the first range of a class. */
    int first(int classIndex) {
        return firsts[classIndex];
    }

    int classIndex(int range) {
        int index = Arrays.binarySearch(firsts, range);
        return index >= 0 ? index : -index - 2;
    }

    /** The scores of rows, sorted, for each range that has any. */
    Iterator<Tuple2<Integer, byte[]>> divide(ScoredRows rows) {
        return IntStream.range(0, bounds.length)
                .boxed()
                .flatMap(classIndex -> divide(rows, classIndex).stream())
                .iterator();
    }

    private List<Tuple2<Integer, byte[]>> divide(ScoredRows rows, int classIndex) {
        Scores scores = rows.scores(classIndex);
        List<Tuple2<Integer, byte[]>> parts = new ArrayList<>();
        int start = 0;
        for (int range = 0; range <= bounds[classIndex].length; range++) {
            int end = range == bounds[classIndex].length
                    ? scores.count()
                    : firstFrom(scores.positions(), bounds[classIndex][range]);
            if (end > start) {
                Scores part = new Scores(
                        Arrays.copyOfRange(scores.positions(), start, end),
                        Arrays.copyOfRange(scores.weights(), start, end));
                parts.add(new Tuple2<>(first(classIndex) + range, part.toBytes()));
            }
            start = end;
        }
        return parts;
    }

    /** The index of the first position that is not before another. */
    private static int firstFrom(int[] positions, int bound) {
        int index = Arrays.binarySearch(positions, bound);
        if (index < 0) {
            return -index - 1;
        }
        while (index > 0 && positions[index - 1] == bound) {
            index--;
        }
        return index;
    }
}
