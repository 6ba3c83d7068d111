package io.lockstep.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.data.Split;
import io.lockstep.distributed.StepEngine;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.metrics.StepTimes;
import io.lockstep.nn.GradientSum;
import io.lockstep.nn.LossSum;
import io.lockstep.nn.Network;
import io.lockstep.optim.LearningRateSchedule;
import io.lockstep.optim.Optimizer;
import io.lockstep.storage.WeightsDigest;
import io.lockstep.training.checkpoint.TrainingState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The epoch loop, with an engine whose gradient is always the same. */
class TrainerTest {
    private static final Network NETWORK = Network.of(List.of(1, 1));
    private static final int STEPS = 20;
    private static final LossSum BATCH = new LossSum(1, 1, 8);

    @Test
    void theSpeedOfTrainingIsThatOfItsStepsWithoutListeners() throws Exception {
        Busy listener = new Busy();
        UpdateRule rule = new OptimizerConfig(Optimizer.Kind.SGD, 0, 0.1, LearningRateSchedule.Shape.CONSTANT, 0, 0)
                .rule(NETWORK, 0, STEPS);
        new Trainer(new ConstantEngine(), rule, STEPS)
                .train(TrainingState.initial(new float[2], rule.optimizer()), 0, epochs -> epochs == 1, listener);
        MetricsRow train = listener.rows.get(0);
        double stepSeconds = STEPS * BATCH.exampleCount() / train.examplesPerSecond();
        assertThat(stepSeconds + listener.seconds).isLessThan(train.at().seconds());
    }

    /** Computes something after each step, and counts how long that took. */
    private static final class Busy implements TrainingObserver {
        private double seconds;
        private final List<MetricsRow> rows = new ArrayList<>();

        @Override
        public void stepCompleted(StepEvent event) {
            long started = System.nanoTime();
            WeightsDigest.sha256(new float[10_000]);
            seconds += (System.nanoTime() - started) / 1e9;
        }

        @Override
        public void epochCompleted(EpochEvent event) {
            rows.addAll(event.rows());
        }
    }

    private static final class ConstantEngine implements StepEngine {
        @Override
        public Step compute(float[] parameters, int epoch, long step) {
            return new Step(new GradientSum(new float[2], BATCH), StepTimes.ZERO);
        }

        @Override
        public Map<Split, LossSum> evaluate(float[] parameters) {
            return Map.of(Split.TRAIN, BATCH);
        }

        @Override
        public void close() {}
    }
}
