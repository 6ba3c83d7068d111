package io.lockstep.nn;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.linalg.Workers;
import io.lockstep.optim.Chain;
import io.lockstep.optim.L2Penalty;
import io.lockstep.optim.Optimizer;
import io.lockstep.optim.Step;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Costs, gradients and a trajectory computed by an independent float64 program. */
class ReferenceGradientsTest {
    private static final double RELATIVE = 1e-5;
    private static final double ABSOLUTE = 1e-6;
    private static final double TRAJECTORY_RELATIVE = 1e-4;

    static Stream<Case> cases() throws IOException {
        try (InputStream in = ReferenceGradientsTest.class.getResourceAsStream("/reference/gradients.json")) {
            JsonNode cases = new ObjectMapper().readTree(in).path("cases");
            return StreamSupport.stream(cases.spliterator(), false)
                    .flatMap(json -> Stream.of(false, true).map(withoutZeros -> new Case(json, withoutZeros)));
        }
    }

    static Stream<Case> trajectories() throws IOException {
        return cases().filter(reference -> reference.json.has("gradient_descent"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void costAndGradientsAgree(Case reference) {
        float[] parameters = reference.flatten(reference.json.path("layers"), "W", "b");
        GradientSum sum = reference.network.lossAndGradient(parameters, reference.batch, Arithmetic.EXACT);
        assertClose(reference.cost(sum, parameters), reference.json.path("cost").asDouble(), RELATIVE);

        float[] expected = reference.flatten(reference.json.path("gradients"), "dW", "db");
        float[] gradient = reference.mean(sum, parameters);
        for (int i = 0; i < expected.length; i++) {
            assertThat(Float.isFinite(gradient[i])).isTrue();
            assertClose(gradient[i], expected[i], RELATIVE);
        }
    }

    @ParameterizedTest
    @MethodSource("trajectories")
    void gradientDescentTakesTheSameSteps(Case reference) {
        JsonNode descent = reference.json.path("gradient_descent");
        float[] parameters = reference.flatten(reference.json.path("layers"), "W", "b");
        Chain sgd = Optimizer.SGD.chain(
                reference.network.layout(), new Optimizer.Hyperparameters(reference.l2, 0, 0, 0.999, 1e-8));
        assertThat(descent.path("costs_after_each_step").size()).isEqualTo(10);
        for (JsonNode expected : descent.path("costs_after_each_step")) {
            GradientSum sum = reference.network.lossAndGradient(parameters, reference.batch, Arithmetic.EXACT);
            sgd.updateInPlace(
                    parameters,
                    sum.gradient(),
                    sgd.init(),
                    new Step(0, descent.path("learning_rate").asDouble(), reference.batch.rows()),
                    Workers.POOL);
            GradientSum after = reference.network.lossAndGradient(parameters, reference.batch, Arithmetic.EXACT);
            assertClose(reference.cost(after, parameters), expected.asDouble(), TRAJECTORY_RELATIVE);
        }
        float[] expected = reference.flatten(descent.path("layers_after"), "W", "b");
        for (int i = 0; i < expected.length; i++) {
            assertClose(parameters[i], expected[i], TRAJECTORY_RELATIVE);
        }
    }

    private static void assertClose(double actual, double expected, double relative) {
        assertThat(Math.abs(actual - expected))
                .as("%s against %s", actual, expected)
                .isLessThanOrEqualTo(Math.max(ABSOLUTE, relative * Math.abs(expected)));
    }

    /** One case of the file, as network and batch. */
    private static final class Case {
        private final JsonNode json;
        private final Network network;
        private final Batch batch;
        private final boolean withoutZeros;
        private final double l2;

        Case(JsonNode json, boolean withoutZeros) {
            this.json = json;
            this.withoutZeros = withoutZeros;
            List<Integer> sizes = new ArrayList<>();
            json.path("sizes").forEach(size -> sizes.add(size.asInt()));
            network = Network.of(sizes);
            l2 = json.path("c").asDouble();
            Batch all = new Batch(network.featureCount());
            all.resize(json.path("X").size());
            for (int row = 0; row < all.rows(); row++) {
                all.labels()[row] = json.path("y").get(row).asInt();
                for (int i = 0; i < network.featureCount(); i++) {
                    all.features()[row * network.featureCount() + i] =
                            (float) json.path("X").get(row).get(i).asDouble();
                }
            }
            batch = withoutZeros ? all.withoutZeros() : all;
        }

        /** The file's W is (inputs × outputs) by rows, which is ours, (outputs × inputs), by columns. */
        float[] flatten(JsonNode layers, String weights, String biases) {
            float[] flat = new float[network.parameterCount()];
            int end = 0;
            for (JsonNode layer : layers) {
                for (JsonNode row : layer.path(weights)) {
                    for (JsonNode weight : row) {
                        flat[end++] = (float) weight.asDouble();
                    }
                }
                for (JsonNode bias : layer.path(biases)) {
                    flat[end++] = (float) bias.asDouble();
                }
            }
            assertThat(end).isEqualTo(flat.length);
            return flat;
        }

        double cost(GradientSum sum, float[] parameters) {
            return sum.loss().meanLoss() + new L2Penalty(l2).cost(parameters, network.layout());
        }

        float[] mean(GradientSum sum, float[] parameters) {
            new L2Penalty(l2).meanGradientInPlace(sum.gradient(), batch.rows(), parameters, network.layout());
            return sum.gradient();
        }

        @Override
        public String toString() {
            return json.path("name").asText() + (withoutZeros ? ", zeros left out" : "");
        }
    }
}
