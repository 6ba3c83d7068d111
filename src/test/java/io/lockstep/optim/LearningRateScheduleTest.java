package io.lockstep.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lockstep.optim.LearningRateSchedule.Shape;
import org.junit.jupiter.api.Test;

class LearningRateScheduleTest {
    @Test
    void constantIsConstant() {
        LearningRateSchedule schedule = LearningRateSchedule.of(Shape.CONSTANT, 0.1, 0, 100);
        assertThat(schedule.rate(0)).isEqualTo(0.1);
        assertThat(schedule.rate(99)).isEqualTo(0.1);
    }

    @Test
    void cosineFallsFromThePeakThroughHalfOfItTowardsZero() {
        LearningRateSchedule schedule = LearningRateSchedule.of(Shape.COSINE, 0.2, 0, 100);
        assertThat(schedule.rate(0)).isEqualTo(0.2);
        assertThat(schedule.rate(50)).isCloseTo(0.1, within(1e-12));
        assertThat(schedule.rate(99)).isBetween(0.0, 0.001);
    }

    @Test
    void warmUpRisesLinearlyToThePeakAndThenHandsOver() {
        LearningRateSchedule schedule = LearningRateSchedule.of(Shape.COSINE, 0.2, 0.1, 100);
        assertThat(schedule.rate(0)).isCloseTo(0.02, within(1e-12));
        assertThat(schedule.rate(4)).isCloseTo(0.1, within(1e-12));
        assertThat(schedule.rate(9)).isCloseTo(0.2, within(1e-12));
        assertThat(schedule.rate(10)).isCloseTo(0.2, within(1e-12));
        assertThat(schedule.rate(55)).isCloseTo(0.1, within(1e-12));
    }

    @Test
    void stepFallsToATenthAfterHalfAndToAHundredthAfterThreeQuarters() {
        LearningRateSchedule schedule = LearningRateSchedule.of(Shape.STEP, 0.2, 0.2, 100); // 20 steps of warm-up
        assertThat(schedule.rate(59)).isEqualTo(0.2);
        assertThat(schedule.rate(60)).isCloseTo(0.02, within(1e-12));
        assertThat(schedule.rate(79)).isCloseTo(0.02, within(1e-12));
        assertThat(schedule.rate(80)).isCloseTo(0.002, within(1e-12));
        assertThat(schedule.rate(99)).isCloseTo(0.002, within(1e-12));
    }

    @Test
    void refusesRatesThatAreNotPositive() {
        assertThatThrownBy(() -> LearningRateSchedule.of(Shape.CONSTANT, 0, 0, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
