package io.lockstep.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lockstep.linalg.Range;
import io.lockstep.linalg.Workers;
import io.lockstep.optim.Optimizer.Hyperparameters;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Three steps of each optimiser on one weight, w = 1, with gradients 1, 2, −1 and rate 0.1, worked by hand. */
class OptimizerTest {
    private static final Layout ONE_WEIGHT = new Layout(List.of(new Layout.Block(Range.all(1), true)));
    private static final Hyperparameters HALF = hyperparameters(0.5, 0.999, 1e-8);

    @Test
    void sgdMovesAgainstTheGradient() {
        assertThat(trajectory(Optimizer.SGD, HALF))
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(0.9f, 0.7f, 0.8f);
    }

    @Test
    void momentumAddsUpGradients() {
        // v = 1, 2.5, 0.25
        assertThat(trajectory(Optimizer.MOMENTUM, HALF))
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(0.9f, 0.65f, 0.625f);
    }

    @Test
    void nesterovLooksAhead() {
        // g + v/2 = 1.5, 3.25, -0.875
        assertThat(trajectory(Optimizer.NESTEROV, HALF))
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(0.85f, 0.525f, 0.6125f);
    }

    @ParameterizedTest
    @EnumSource(names = {"ADAM", "ADAMW"})
    void adamDividesTheMeanGradientByItsSize(Optimizer optimizer) {
        // m = 0.5, 1.25, 0.125 over 0.5, 0.75, 0.875; v = 0.001, 0.004999, 0.005994001 over 0.001, 0.001999,
        // 0.002997001
        assertThat(trajectory(optimizer, HALF))
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(0.9f, 0.7946066f, 0.7845051f);
    }

    @ParameterizedTest
    @EnumSource(names = {"ADAM", "ADAMW"})
    void adamHasAnotherBeta2AndEpsilonIfAsked(Optimizer optimizer) {
        // m as above; v = 0.5, 2.25, 1.625 over 0.5, 0.75, 0.875, so √ = 1, 1.7320508, 1.3627703; and ε = 1
        assertThat(trajectory(optimizer, hyperparameters(0.5, 0.5, 1)))
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(1 - 0.05f, 0.95f - 0.0610042f, 0.8889958f - 0.0060462f);
    }

    /**
     * Of a layer with the weights (3, 4) and the bias 1, of which two examples have the gradient sums (2, −4) and 2,
     * then twice 0; c = 0.25. The first step of Adam's direction is the sign of the gradient.
     *
     * <pre>
     * step 0: r = (1, −1) + 2·0.25·(3, 4) = (2.5, 1), ‖W‖ = 5, ‖r‖ = √7.25; W ← W − 0.1 · 5/√7.25 · r; b ← 1 − 0.1
     * step 1: m̂ = 0.25/0.75 · g = g/3, v̂ = 0.25/0.75 · g² = g²/3, so Adam's direction is the sign of g / √3;
     *         W = (2.5357617, 3.8143047), ‖W‖ = 4.5802846;
     *         r = (0.5773503, −0.5773503) + W/2 = (1.8452311, 1.3298021), ‖r‖ = 2.2744782;
     *         W ← W − 0.1 · 4.5802846/2.2744782 · r; b ← 0.9 − 0.1/√3
     * </pre>
     */
    @Test
    void lambStepsAsFarAsTheWeightsOfTheLayerAreLong() {
        Layout layer =
                new Layout(List.of(new Layout.Block(new Range(0, 2), true), new Layout.Block(new Range(2, 3), false)));
        Chain lamb = Optimizer.LAMB.chain(layer, new Hyperparameters(0.25, 0, 0.5, 0.5, 1e-8));
        OptimizerState state = lamb.init();
        float[] parameters = {3, 4, 1};
        lamb.updateInPlace(parameters, new float[] {2, -4, 2}, state, new Step(0, 0.1, 2), Workers.POOL);
        assertThat(parameters).usingComparatorWithPrecision(1e-6f).containsExactly(2.5357617f, 3.8143047f, 0.9f);
        lamb.updateInPlace(parameters, new float[3], state, new Step(1, 0.1, 2), Workers.POOL);
        assertThat(parameters).usingComparatorWithPrecision(1e-6f).containsExactly(2.1641739f, 3.5465126f, 0.8422650f);
    }

    /**
     * Two layers whose weights have the norms 1 and 100, and equal gradients: the second moves a hundred times as far.
     */
    @Test
    void lambTakesEachLayerForItself() {
        Layout layers = new Layout(List.of(
                new Layout.Block(new Range(0, 1), true),
                new Layout.Block(new Range(1, 2), false),
                new Layout.Block(new Range(2, 3), true),
                new Layout.Block(new Range(3, 4), false)));
        Chain lamb = Optimizer.LAMB.chain(layers, hyperparameters(0.9, 0.999, 1e-8));
        float[] parameters = {1, 1, 100, 100};
        lamb.updateInPlace(parameters, new float[] {1, 1, 1, 1}, lamb.init(), new Step(0, 0.1, 1), Workers.POOL);
        assertThat(parameters).usingComparatorWithPrecision(1e-5f).containsExactly(0.9f, 0.9f, 90f, 99.9f);
    }

    @Test
    void lambsRatioIsOneForWeightsOfZero() {
        assertThat(oneStepOfLamb(0, 3)).isCloseTo(-0.1f, within(1e-7f));
    }

    @Test
    void lambLeavesWeightsWithoutUpdateAsTheyAre() {
        assertThat(oneStepOfLamb(2, 0)).isEqualTo(2);
    }

    private static float oneStepOfLamb(float weight, float gradient) {
        Chain lamb = Optimizer.LAMB.chain(ONE_WEIGHT, HALF);
        float[] parameters = {weight};
        Chain.Outcome outcome =
                lamb.updateInPlace(parameters, new float[] {gradient}, lamb.init(), new Step(0, 0.1, 1), Workers.POOL);
        assertThat(outcome.finite()).isTrue();
        return parameters[0];
    }

    @Test
    void clippingScalesALongGradientAndLeavesAShortOne() {
        assertThat(oneStepOfSgd(10)).isEqualTo(1 - 0.1f * 5);
        assertThat(oneStepOfSgd(1)).isCloseTo(1 - 0.1f, within(1e-6f));
        assertThat(oneStepOfSgd(0)).isEqualTo(1 - 0.1f * 5);
    }

    private static float oneStepOfSgd(double clipNorm) {
        Chain sgd = Optimizer.SGD.chain(ONE_WEIGHT, new Hyperparameters(0, clipNorm, 0, 0.999, 1e-8));
        float[] parameters = {1};
        Chain.Outcome outcome =
                sgd.updateInPlace(parameters, new float[] {5}, sgd.init(), new Step(0, 0.1, 1), Workers.POOL);
        assertThat(outcome.gradientNorm()).isEqualTo(5);
        return parameters[0];
    }

    @ParameterizedTest
    @EnumSource
    void aGradientThatIsNotFiniteChangesNothing(Optimizer optimizer) {
        Chain chain = optimizer.chain(ONE_WEIGHT, HALF);
        OptimizerState state = chain.init();
        float[] parameters = {1};
        Chain.Outcome outcome =
                chain.updateInPlace(parameters, new float[] {Float.NaN}, state, new Step(0, 0.1, 1), Workers.POOL);
        assertThat(outcome.finite()).isFalse();
        assertThat(parameters).containsExactly(1);
        assertThat(state.slots()).allSatisfy(slot -> assertThat(slot).containsExactly(0));
    }

    @ParameterizedTest
    @EnumSource(names = {"SGD", "MOMENTUM", "NESTEROV"})
    void seesThatParametersAreNoLongerFinite(Optimizer optimizer) {
        Chain chain = optimizer.chain(ONE_WEIGHT, HALF);
        Chain.Outcome outcome = chain.updateInPlace(
                new float[] {1}, new float[] {1e30f}, chain.init(), new Step(0, 1e30, 1), Workers.POOL);
        assertThat(outcome.gradientNorm()).isFinite();
        assertThat(outcome.finite()).isFalse();
    }

    /** Checkpoints hold slots by number. */
    @ParameterizedTest
    @CsvSource({"SGD,0", "MOMENTUM,1", "NESTEROV,1", "ADAM,2", "ADAMW,3", "LAMB,3"})
    void hasAsManySlotsAsItsLinks(Optimizer optimizer, int slots) {
        Chain chain = optimizer.chain(ONE_WEIGHT, HALF);
        assertThat(chain.slotCount()).isEqualTo(slots);
        assertThat(chain.init().slots()).hasSize(slots);
    }

    /** The gradient 4 with β₁ = 0.5 and β₂ = 0.75: m = 2, v = 4; and the rounding is that of 1 − 0.1. */
    @ParameterizedTest
    @EnumSource(names = {"ADAM", "ADAMW", "LAMB"})
    void theSlotsOfAdamAreMeanAndSquareAndThenTheRounding(Optimizer optimizer) {
        Chain chain = optimizer.chain(ONE_WEIGHT, hyperparameters(0.5, 0.75, 1e-8));
        OptimizerState state = chain.init();
        float[] parameters = {1};
        chain.updateInPlace(parameters, new float[] {4}, state, new Step(0, 0.1, 1), Workers.POOL);
        assertThat(state.slots().get(0)).containsExactly(2);
        assertThat(state.slots().get(1)).containsExactly(4);
        assertThat(state.slots().stream().skip(2))
                .allSatisfy(rounding -> assertThat(rounding[0])
                        .isEqualTo(0.1f - (1 - parameters[0]))
                        .isNotZero());
    }

    @Test
    void theStateIsAnExplicitValue() {
        Chain momentum = Optimizer.MOMENTUM.chain(ONE_WEIGHT, HALF);
        OptimizerState state = momentum.init();
        momentum.updateInPlace(new float[] {1}, new float[] {1}, state, new Step(0, 0.1, 1), Workers.POOL);
        assertThat(state.slots().get(0)).containsExactly(1);
        assertThat(momentum.init().slots().get(0)).containsExactly(0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, -0.1, Double.NaN})
    void refusesAMomentumOutOfRange(double momentum) {
        for (Optimizer optimizer : List.of(Optimizer.MOMENTUM, Optimizer.ADAM, Optimizer.LAMB)) {
            assertThatThrownBy(() -> optimizer.chain(ONE_WEIGHT, hyperparameters(momentum, 0.999, 1e-8)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1e-8", "-0.1,1e-8", "NaN,1e-8", "0.999,0", "0.999,-1", "0.999,1e-60", "0.999,NaN"})
    void refusesABeta2OrEpsilonOutOfRange(double beta2, double epsilon) {
        assertThatThrownBy(() -> Optimizer.ADAM.chain(ONE_WEIGHT, hyperparameters(0.9, beta2, epsilon)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Hyperparameters hyperparameters(double momentum, double beta2, double epsilon) {
        return new Hyperparameters(0, 0, momentum, beta2, epsilon);
    }

    private static float[] trajectory(Optimizer optimizer, Hyperparameters hyperparameters) {
        Chain chain = optimizer.chain(ONE_WEIGHT, hyperparameters);
        OptimizerState state = chain.init();
        float[] parameters = {1};
        float[] gradients = {1, 2, -1};
        float[] trajectory = new float[gradients.length];
        for (int step = 0; step < gradients.length; step++) {
            chain.updateInPlace(parameters, new float[] {gradients[step]}, state, new Step(step, 0.1, 1), Workers.POOL);
            trajectory[step] = parameters[0];
        }
        return trajectory;
    }
}
