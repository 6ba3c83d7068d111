package io.lockstep.inference;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Scores of one class, from the highest to the lowest, with the weights of their rows.
 *
 * @param positions ascending as scores fall
 * @param weights negative where the class is not the row's own
 */
record Scores(int[] positions, double[] weights) {
    /** Of a probability; the bits of floats ≥ 0 are in the order of the floats. */
    static int position(float probability) {
        return Integer.MAX_VALUE - Float.floatToIntBits(probability + 0f); // -0 becomes 0
    }

    /**
     * Sorts scores. Rows of one score are put together, if their weights have one sign and their sum is exact, so that
     * a score that very many rows have takes little memory.
     */
    static Scores sorted(int[] positions, double[] weights) {
        long[] order = new long[positions.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = (long) positions[i] << Integer.SIZE | (weights[i] < 0 ? 1L << (Integer.SIZE - 1) : 0) | i;
        }
        Arrays.sort(order);
        int[] sortedPositions = new int[order.length];
        double[] sortedWeights = new double[order.length];
        int end = 0;
        for (long next : order) {
            int i = (int) next & Integer.MAX_VALUE;
            if (end > 0
                    && sortedPositions[end - 1] == positions[i]
                    && sortedWeights[end - 1] < 0 == weights[i] < 0
                    && isExact(sortedWeights[end - 1], weights[i])) {
                sortedWeights[end - 1] += weights[i];
            } else {
                sortedPositions[end] = positions[i];
                sortedWeights[end] = weights[i];
                end++;
            }
        }
        return new Scores(Arrays.copyOf(sortedPositions, end), Arrays.copyOf(sortedWeights, end));
    }

    static Scores merged(List<Scores> parts) {
        if (parts.size() == 1) {
            return parts.get(0);
        }
        int count = parts.stream().mapToInt(Scores::count).reduce(0, Math::addExact);
        int[] positions = new int[count];
        double[] weights = new double[count];
        int end = 0;
        for (Scores part : parts) {
            System.arraycopy(part.positions, 0, positions, end, part.count());
            System.arraycopy(part.weights, 0, weights, end, part.count());
            end += part.count();
        }
        return sorted(positions, weights);
    }

    int count() {
        return positions.length;
    }

    byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(count() * (Double.BYTES + Integer.BYTES));
        bytes.asDoubleBuffer().put(weights);
        bytes.position(count() * Double.BYTES).slice().asIntBuffer().put(positions);
        return bytes.array();
    }

    static Scores of(byte[] bytes) {
        int count = bytes.length / (Double.BYTES + Integer.BYTES);
        Scores scores = new Scores(new int[count], new double[count]);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        in.asDoubleBuffer().get(scores.weights);
        in.position(count * Double.BYTES).slice().asIntBuffer().get(scores.positions);
        return scores;
    }

    /** Whether the sum does not round (Knuth's TwoSum). */
    private static boolean isExact(double a, double b) {
        double sum = a + b;
        double bPart = sum - a;
        return Double.isFinite(sum) && a - (sum - bPart) + (b - bPart) == 0;
    }
}
