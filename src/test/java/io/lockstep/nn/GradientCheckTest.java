package io.lockstep.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.linalg.Arithmetic;
import io.lockstep.optim.L2Penalty;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradientCheckTest {
    private static final GradientCheck CHECK = new GradientCheck(16, 60, 0.01, 1, 1e-4);
    private static final Network NETWORK = Network.of(List.of(20, 16, 10));

    @ParameterizedTest
    @ValueSource(strings = {"784-256-10", "20-16-10", "6-4", "8-7-6-3"})
    void passes(String sizes) {
        Network network =
                Network.of(Arrays.stream(sizes.split("-")).map(Integer::valueOf).toList());
        List<GradientCheck.Finding> findings = CHECK.check(network, Arithmetic.EXACT);
        assertThat(findings).hasSize(2 * 2 * network.layers().size()).allMatch(GradientCheck.Finding::passed);
        assertThat(findings).allMatch(finding -> finding.checked() >= 1);
    }

    @Test
    void catchesAWrongSign() {
        assertThat(failing((parameters, batch, l2) -> {
                    float[] gradient = correct(parameters, batch, l2);
                    Layer first = NETWORK.layers().get(0);
                    for (int i = first.weightOffset(); i < first.biasOffset(); i++) {
                        gradient[i] = -gradient[i];
                    }
                    return gradient;
                }))
                .containsExactly("layer 0 weights");
    }

    @Test
    void catchesAForgottenReluMask() {
        assertThat(failing((parameters, batch, l2) -> withoutMask(parameters, batch, l2)))
                .containsExactly("layer 0 weights", "layer 0 biases");
    }

    @Test
    void catchesAForgottenPenalty() {
        assertThat(failing((parameters, batch, l2) -> correct(parameters, batch, 0)))
                .containsExactly("layer 0 weights", "layer 1 weights");
    }

    @Test
    void catchesAPenalisedBias() {
        assertThat(failing((parameters, batch, l2) -> {
                    float[] gradient = correct(parameters, batch, l2);
                    for (Layer layer : NETWORK.layers()) {
                        for (int i = layer.biasOffset(); i < layer.end(); i++) {
                            gradient[i] += (float) (2 * l2 * parameters[i]);
                        }
                    }
                    return gradient;
                }))
                .containsExactly("layer 0 biases", "layer 1 biases");
    }

    @Test
    void catchesForgottenWeights() {
        assertThat(failing((parameters, batch, l2) -> {
                    Batch unweighted = batch.withoutZeros();
                    Arrays.fill(unweighted.weights(), 1f);
                    return correct(parameters, unweighted, l2);
                }))
                .containsExactly("layer 0 weights", "layer 0 biases", "layer 1 weights", "layer 1 biases");
    }

    @Test
    void catchesADivisionByTheNumberOfExamples() {
        assertThat(failing((parameters, batch, l2) -> {
                    GradientSum sum = NETWORK.lossAndGradient(parameters, batch, Arithmetic.EXACT);
                    new L2Penalty(l2).meanGradientInPlace(sum.gradient(), batch.rows(), parameters, NETWORK.layout());
                    return sum.gradient();
                }))
                .containsExactly("layer 0 weights", "layer 0 biases", "layer 1 weights", "layer 1 biases");
    }

    private static List<String> failing(GradientCheck.MeanGradient gradient) {
        return CHECK.check(NETWORK, gradient).stream()
                .filter(finding -> !finding.passed())
                .map(GradientCheck.Finding::parameters)
                .toList();
    }

    private static float[] correct(float[] parameters, Batch batch, double l2) {
        GradientSum sum = NETWORK.lossAndGradient(parameters, batch, Arithmetic.EXACT);
        new L2Penalty(l2).meanGradientInPlace(sum.gradient(), sum.loss().weight(), parameters, NETWORK.layout());
        return sum.gradient();
    }

    /** Backpropagation by the formula, in plain loops, with delta_1 = W_2ᵀ·delta_2 left unmasked. */
    private static float[] withoutMask(float[] parameters, Batch batch, double l2) {
        float[] gradient = correct(parameters, batch, l2);
        Layer first = NETWORK.layers().get(0);
        Layer second = NETWORK.layers().get(1);
        Arrays.fill(gradient, first.weightOffset(), first.end(), 0f);
        float weight = 0;
        for (int row = 0; row < batch.rows(); row++) {
            weight += batch.weights()[row];
        }
        for (int row = 0; row < batch.rows(); row++) {
            Batch one = new Batch(NETWORK.featureCount());
            one.resize(1);
            System.arraycopy(batch.features(), row * first.inputs(), one.features(), 0, first.inputs());
            one.labels()[0] = batch.labels()[row];
            one.weights()[0] = batch.weights()[row];
            float[] ofOne =
                    NETWORK.lossAndGradient(parameters, one, Arithmetic.EXACT).gradient();
            for (int unit = 0; unit < first.outputs(); unit++) {
                float delta = 0;
                for (int output = 0; output < second.outputs(); output++) {
                    delta += parameters[second.weightOffset() + unit * second.outputs() + output]
                            * ofOne[second.biasOffset() + output];
                }
                gradient[first.biasOffset() + unit] += delta / weight;
                for (int feature = 0; feature < first.inputs(); feature++) {
                    gradient[first.weightOffset() + feature * first.outputs() + unit] +=
                            delta * one.features()[feature] / weight;
                }
            }
        }
        for (int i = first.weightOffset(); i < first.biasOffset(); i++) {
            gradient[i] += (float) (2 * l2 * parameters[i]);
        }
        return gradient;
    }
}
