package io.lockstep.inference;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Many scored rows in a few arrays, which take little memory and are quickly stored.
 *
 * @param probabilities row after row
 * @param truths indices of the rows' own classes
 * @param weights of the rows
 */
record ScoredRows(int classCount, float[] probabilities, int[] truths, double[] weights) implements Serializable {
    private static final int MAX_SCORES = 1 << 20;

    /** Packs the rows of a weight above 0, some at a time. */
    static Iterator<ScoredRows> pack(Iterator<Scored> rows, int classCount) {
        int most = Math.max(1, MAX_SCORES / classCount);
        return new Iterator<>() {
            private final List<Scored> next = new ArrayList<>();

            @Override
            public boolean hasNext() {
                while (next.size() < most && rows.hasNext()) {
                    next.add(rows.next());
                }
                return !next.isEmpty();
            }

            @Override
            public ScoredRows next() {
                ScoredRows packed = of(next, classCount);
                next.clear();
                return packed;
            }
        };
    }

    /** Packs the rows of a weight above 0. */
    private static ScoredRows of(List<Scored> rows, int classCount) {
        List<Scored> counted = rows.stream().filter(row -> row.weight() > 0).toList();
        float[] probabilities = new float[counted.size() * classCount];
        for (int row = 0; row < counted.size(); row++) {
            System.arraycopy(counted.get(row).probabilities(), 0, probabilities, row * classCount, classCount);
        }
        return new ScoredRows(
                classCount,
                probabilities,
                counted.stream().mapToInt(Scored::truth).toArray(),
                counted.stream().mapToDouble(Scored::weight).toArray());
    }

    int count() {
        return truths.length;
    }

    float probability(int row, int classIndex) {
        return probabilities[row * classCount + classIndex];
    }

    /** The scores of all rows for a class, sorted. */
    Scores scores(int classIndex) {
        int[] positions = new int[count()];
        double[] signed = new double[count()];
        for (int row = 0; row < count(); row++) {
            positions[row] = Scores.position(probability(row, classIndex));
            signed[row] = truths[row] == classIndex ? weights[row] : -weights[row];
        }
        return Scores.sorted(positions, signed);
    }

    void forEach(Consumer<Scored> visitor) {
        for (int row = 0; row < count(); row++) {
            int start = row * classCount;
            visitor.accept(new Scored(
                    Arrays.copyOfRange(probabilities, start, start + classCount), truths[row], weights[row]));
        }
    }
}
