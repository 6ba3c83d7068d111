package io.lockstep.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lockstep.linalg.Workers;
import io.lockstep.nn.GradientSum;
import io.lockstep.nn.LossSum;
import io.lockstep.nn.Network;
import io.lockstep.optim.LearningRateSchedule;
import io.lockstep.optim.Optimizer;
import io.lockstep.training.checkpoint.TrainingState;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * One step on a weight of 1 and a bias of 1, worked by hand: two rows with the gradient sum (4, 4), rate 0.1, c = 0.5.
 */
class UpdateRuleTest {
    private static final Network ONE_WEIGHT = Network.of(List.of(1, 1));
    private static final double L2 = 0.5;

    @Test
    void thePenaltyIsPartOfTheGradientOfWeights() {
        StepReport report = step(Optimizer.SGD, 0, 1 - 0.1f * 3, 1 - 0.1f * 2); // 4/2 + 2·0.5·1, and 4/2
        assertThat(report.gradientNorm()).isCloseTo(Math.sqrt(9 + 4), within(1e-6));
    }

    @Test
    void clippingComesAfterThePenalty() {
        double norm = Math.sqrt(9 + 4);
        StepReport report = step(Optimizer.SGD, 1, (float) (1 - 0.1 * 3 / norm), (float) (1 - 0.1 * 2 / norm));
        assertThat(report.gradientNorm()).isCloseTo(norm, within(1e-6));
    }

    @Test
    void adamsFirstStepIsTheRateWhateverThePenalty() {
        step(Optimizer.ADAM, 0, 0.9f, 0.9f);
    }

    @Test
    void adamWShrinksWeightsBeforeItsStepAndLeavesBiases() {
        StepReport report = step(Optimizer.ADAMW, 0, 0.9f - 0.1f, 0.9f); // 1 − 0.1·2·0.5
        assertThat(report.gradientNorm()).isCloseTo(Math.sqrt(4 + 4), within(1e-6));
    }

    /** ‖W‖ = 1, and biases step as in AdamW. */
    @Test
    void lambStepsAsFarAsTheRateWhateverThePenalty() {
        StepReport report = step(Optimizer.LAMB, 0, 0.9f, 0.9f);
        assertThat(report.gradientNorm()).isCloseTo(Math.sqrt(4 + 4), within(1e-6));
    }

    @Test
    void theGradientIsDividedByTheWeightOfItsExamples() {
        UpdateRule sgd = rule(Optimizer.SGD, 0);
        TrainingState state = TrainingState.initial(new float[] {1, 1}, sgd.chain());
        sgd.apply(state, new GradientSum(new float[] {4, 4}, new LossSum(1, 0.5, 2.5, 7)), Workers.POOL);
        float mean = 4 / 2.5f;
        assertThat(state.parameters()).containsExactly(1 - 0.1f * (mean + 1), 1 - 0.1f * mean);
    }

    @Test
    void aStepWithoutRowsChangesNothing() {
        UpdateRule sgd = rule(Optimizer.SGD, 0);
        TrainingState state = TrainingState.initial(new float[] {1, 1}, sgd.chain());
        sgd.apply(state, new GradientSum(new float[2], LossSum.ZERO), Workers.POOL);
        assertThat(state.parameters()).containsExactly(1, 1);
    }

    private static StepReport step(Optimizer kind, double clipNorm, float weight, float bias) {
        UpdateRule rule = rule(kind, clipNorm);
        TrainingState state = TrainingState.initial(new float[] {1, 1}, rule.chain());
        GradientSum sum = new GradientSum(new float[] {4, 4}, new LossSum(1, 1, 2, 2));
        StepReport report = rule.apply(state, sum, Workers.POOL);
        assertThat(state.parameters()).usingComparatorWithPrecision(1e-6f).containsExactly(weight, bias);
        return report;
    }

    private static UpdateRule rule(Optimizer kind, double clipNorm) {
        return new OptimizerConfig(kind, 0.9, 0.999, 1e-8, 0.1, LearningRateSchedule.Shape.CONSTANT, 0, clipNorm)
                .rule(ONE_WEIGHT, L2, 10);
    }
}
