package io.lockstep.nn;

import io.lockstep.RandomStream;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.optim.L2Penalty;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Compares an analytic gradient of the mean cost with central differences of {@link ReferenceCost}, (J(θ + ε) − J(θ −
 * ε)) / 2ε, on random examples and random parameters, biases included.
 *
 * @param rows random examples of random weights, half of whose features are 0
 * @param samples parameters checked of each layer's weights and of its biases; all of them where there are fewer
 * @param l2 the penalty c; positive, or the penalty's part is not checked
 * @param tolerance highest relative error that passes; float32 arithmetic stays near 10⁻⁶
 */
public record GradientCheck(int rows, int samples, double l2, long seed, double tolerance) {
    /** Small enough for a truncation error near 10⁻¹⁰, large enough for a rounding error below that. */
    private static final double EPSILON = 1e-5;

    /** The gradient of the mean cost with penalty, laid out like the parameters. */
    @FunctionalInterface
    public interface MeanGradient {
        float[] at(float[] parameters, Batch batch, double l2);
    }

    /**
     * The outcome for the weights or the biases of one layer.
     *
     * @param relativeError ‖analytic − numerical‖ / (‖analytic‖ + ‖numerical‖) over the checked parameters
     */
    public record Finding(String parameters, int checked, double relativeError, boolean passed) {}

    /** Checks the gradient that {@link Network} computes, of a batch with its zeros and of the same batch without. */
    public List<Finding> check(Network network, Arithmetic arithmetic) {
        MeanGradient ofNetwork = (parameters, batch, c) -> {
            GradientSum sum = network.lossAndGradient(parameters, batch, arithmetic);
            new L2Penalty(c).meanGradientInPlace(sum.gradient(), sum.loss().weight(), parameters, network.layout());
            return sum.gradient();
        };
        return check(
                network,
                List.of(
                        new Candidate("", ofNetwork),
                        new Candidate(
                                ", zeros left out",
                                (parameters, batch, c) -> ofNetwork.at(parameters, batch.withoutZeros(), c))));
    }

    /** Checks any gradient of the network's cost; one finding for the weights and one for the biases of each layer. */
    public List<Finding> check(Network network, MeanGradient gradient) {
        return check(network, List.of(new Candidate("", gradient)));
    }

    /** A gradient to check. */
    private record Candidate(String suffix, MeanGradient gradient) {}

    private List<Finding> check(Network network, List<Candidate> candidates) {
        RandomStream random = RandomStream.of(seed, RandomStream.Purpose.GRADIENT_CHECK, 0, 0);
        float[] parameters = network.initialParameters(seed);
        for (Layer layer : network.layers()) {
            for (int i = layer.biasOffset(); i < layer.end(); i++) {
                parameters[i] = (float) (0.1 * random.nextGaussian());
            }
        }
        Batch batch = randomBatch(network, random);
        Map<String, int[]> samples = new LinkedHashMap<>();
        for (int index = 0; index < network.layers().size(); index++) {
            Layer layer = network.layers().get(index);
            samples.put("layer " + index + " weights", sample(layer.weightOffset(), layer.biasOffset(), random));
            samples.put("layer " + index + " biases", sample(layer.biasOffset(), layer.end(), random));
        }
        Numerical numerical = new Numerical(network, parameters, batch, l2);
        Map<String, double[]> expected = new LinkedHashMap<>();
        samples.forEach((name, indices) -> expected.put(
                name, IntStream.of(indices).mapToDouble(numerical::derivative).toArray()));
        List<Finding> findings = new ArrayList<>();
        for (Candidate candidate : candidates) {
            float[] analytic = candidate.gradient().at(parameters, batch, l2);
            samples.forEach((name, indices) ->
                    findings.add(compare(name + candidate.suffix(), analytic, indices, expected.get(name))));
        }
        return findings;
    }

    private Batch randomBatch(Network network, RandomStream random) {
        Batch batch = new Batch(network.featureCount());
        batch.resize(rows);
        for (int i = 0; i < rows * network.featureCount(); i++) {
            double value = random.nextUniform();
            batch.features()[i] = value < 0.5 ? 0f : (float) value;
        }
        for (int row = 0; row < rows; row++) {
            batch.labels()[row] = random.nextIndex(network.classCount());
            batch.weights()[row] = (float) (0.25 + 4 * random.nextUniform());
        }
        return batch;
    }

    private int[] sample(int from, int to, RandomStream random) {
        int[] order = random.permutation(to - from);
        return IntStream.of(order).limit(samples).map(i -> from + i).toArray();
    }

    private Finding compare(String name, float[] analytic, int[] indices, double[] numerical) {
        double difference = 0;
        double analyticNorm = 0;
        double numericalNorm = 0;
        for (int i = 0; i < indices.length; i++) {
            double value = analytic[indices[i]];
            difference += (value - numerical[i]) * (value - numerical[i]);
            analyticNorm += value * value;
            numericalNorm += numerical[i] * numerical[i];
        }
        double scale = Math.sqrt(analyticNorm) + Math.sqrt(numericalNorm);
        double error = difference == 0 ? 0 : Math.sqrt(difference) / scale;
        return new Finding(name, indices.length, error, error <= tolerance);
    }

    /** Central differences of the reference cost around one point. */
    private static final class Numerical {
        private final List<Integer> sizes;
        private final double[] parameters;
        private final List<ReferenceCost.Example> examples;
        private final double l2;

        Numerical(Network network, float[] parameters, Batch batch, double l2) {
            this.sizes = network.sizes();
            this.parameters = IntStream.range(0, parameters.length)
                    .mapToDouble(i -> parameters[i])
                    .toArray();
            int features = network.featureCount();
            this.examples = IntStream.range(0, batch.rows())
                    .mapToObj(row -> new ReferenceCost.Example(
                            IntStream.range(0, features)
                                    .mapToDouble(i -> batch.features()[row * features + i])
                                    .toArray(),
                            batch.labels()[row],
                            batch.weights()[row]))
                    .toList();
            this.l2 = l2;
        }

        double derivative(int index) {
            double value = parameters[index];
            parameters[index] = value + EPSILON;
            double above = ReferenceCost.of(sizes, parameters, examples, l2);
            parameters[index] = value - EPSILON;
            double below = ReferenceCost.of(sizes, parameters, examples, l2);
            parameters[index] = value;
            return (above - below) / (2 * EPSILON);
        }
    }
}
