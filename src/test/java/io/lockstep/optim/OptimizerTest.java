package io.lockstep.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lockstep.linalg.Range;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Three steps of each optimiser on one parameter, p = 1, with gradients 1, 2, −1 and rate 0.1, worked by hand. */
class OptimizerTest {
    private static final Offset<Float> ROUNDING = within(1e-6f);

    @Test
    void sgdMovesAgainstTheGradient() {
        assertThat(trajectory(Optimizer.Kind.SGD))
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(0.9f, 0.7f, 0.8f);
    }

    @Test
    void momentumAddsUpGradients() {
        // v = 1, 2.5, 0.25
        assertThat(trajectory(Optimizer.Kind.MOMENTUM))
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(0.9f, 0.65f, 0.625f);
    }

    @Test
    void nesterovLooksAhead() {
        // g + v/2 = 1.5, 3.25, -0.875
        assertThat(trajectory(Optimizer.Kind.NESTEROV))
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(0.85f, 0.525f, 0.6125f);
    }

    /** The decoupled penalty of AdamW is not the optimiser's part: see {@code UpdateRuleTest}. */
    @ParameterizedTest
    @EnumSource(names = {"ADAM", "ADAMW"})
    void adamDividesTheMeanGradientByItsSize(Optimizer.Kind kind) {
        // m = 0.5, 1.25, 0.125 over 0.5, 0.75, 0.875; v = 0.001, 0.004999, 0.005994001 over 0.001, 0.001999,
        // 0.002997001
        assertThat(trajectory(kind)).usingComparatorWithPrecision(1e-6f).containsExactly(0.9f, 0.7946066f, 0.7845051f);
    }

    @Test
    void clippingScalesALongGradientAndLeavesAShortOne() {
        assertThat(Clipping.scale(5, 10)).isEqualTo(1);
        assertThat(Clipping.scale(5, 1)).isCloseTo(0.2f, ROUNDING);
    }

    @Test
    void theStateIsAnExplicitValue() {
        Optimizer momentum = Optimizer.Kind.MOMENTUM.create(0.5);
        OptimizerState state = momentum.init(1);
        float[] parameters = {1};
        momentum.updateInPlace(parameters, new float[] {1}, state, Range.all(1), new Optimizer.Step(0, 0.1, 0));
        assertThat(state.slots().get(0)[0]).isCloseTo(1f, ROUNDING);
        assertThat(momentum.init(1).slots().get(0)[0]).isZero();
        assertThat(Optimizer.Kind.SGD.create(0.5).init(3).slots()).isEmpty();
    }

    @Test
    void refusesMomentumOfOne() {
        assertThatThrownBy(() -> Optimizer.Kind.MOMENTUM.create(1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static float[] trajectory(Optimizer.Kind kind) {
        Optimizer optimizer = kind.create(0.5);
        OptimizerState state = optimizer.init(1);
        float[] parameters = {1};
        float[] gradients = {1, 2, -1};
        float[] trajectory = new float[gradients.length];
        for (int step = 0; step < gradients.length; step++) {
            optimizer.updateInPlace(
                    parameters, new float[] {gradients[step]}, state, Range.all(1), new Optimizer.Step(step, 0.1, 0));
            trajectory[step] = parameters[0];
        }
        return trajectory;
    }
}
