package io.lockstep.nn;

import java.util.Arrays;
import java.util.List;

/**
 * The weighted mean cost with penalty, Σ w · L / Σ w + c · Σ W², in double precision, written as naively as the formula
 * and sharing no code with {@link Network}: the judge of the gradient check.
 */
final class ReferenceCost {
    private ReferenceCost() {}

    /**
     * One example.
     *
     * @param label its class
     */
    record Example(double[] features, int label, double weight) {}

    /**
     * @param sizes features, units of each hidden layer, classes
     * @param parameters layer by layer: weights column-major (outputs × inputs), then biases
     * @param l2 the penalty c
     */
    static double of(List<Integer> sizes, double[] parameters, List<Example> examples, double l2) {
        double total = 0;
        double weight = 0;
        for (Example example : examples) {
            double[] logits = logits(sizes, parameters, example.features());
            double max = Arrays.stream(logits).max().orElseThrow();
            double sum = 0;
            for (double logit : logits) {
                sum += Math.exp(logit - max);
            }
            total += example.weight() * (max + Math.log(sum) - logits[example.label()]);
            weight += example.weight();
        }
        return total / weight + l2 * squaredWeights(sizes, parameters);
    }

    private static double[] logits(List<Integer> sizes, double[] parameters, double[] features) {
        double[] input = features;
        int offset = 0;
        for (int layer = 1; layer < sizes.size(); layer++) {
            int outputs = sizes.get(layer);
            double[] output = new double[outputs];
            for (int row = 0; row < outputs; row++) {
                output[row] = parameters[offset + outputs * input.length + row];
                for (int column = 0; column < input.length; column++) {
                    output[row] += parameters[offset + column * outputs + row] * input[column];
                }
                if (layer < sizes.size() - 1 && output[row] < 0) {
                    output[row] = 0;
                }
            }
            offset += outputs * (input.length + 1);
            input = output;
        }
        return input;
    }

    private static double squaredWeights(List<Integer> sizes, double[] parameters) {
        double sum = 0;
        int offset = 0;
        for (int layer = 1; layer < sizes.size(); layer++) {
            int weights = sizes.get(layer) * sizes.get(layer - 1);
            for (int i = 0; i < weights; i++) {
                sum += parameters[offset + i] * parameters[offset + i];
            }
            offset += weights + sizes.get(layer);
        }
        return sum;
    }
}
