package io.lockstep.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.data.Split;
import io.lockstep.distributed.StepEngine;
import io.lockstep.linalg.Workers;
import io.lockstep.metrics.EpochMetrics;
import io.lockstep.metrics.StepTimes;
import io.lockstep.nn.GradientSum;
import io.lockstep.nn.LossSum;
import io.lockstep.nn.Network;
import io.lockstep.optim.LearningRateSchedule;
import io.lockstep.optim.Optimizer;
import io.lockstep.storage.WeightsDigest;
import io.lockstep.training.checkpoint.Progress;
import io.lockstep.training.checkpoint.TrainingState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The epoch loop, with an engine whose gradient is always the same. */
class TrainerTest {
    private static final Network NETWORK = Network.of(List.of(1, 1));
    private static final int STEPS = 20;
    private static final LossSum BATCH = new LossSum(1, 1, 8, 8);

    @Test
    void theSpeedOfTrainingIsThatOfItsStepsWithoutObservers() throws Exception {
        Busy observer = new Busy();
        UpdateRule rule = new OptimizerConfig(
                        Optimizer.SGD, 0, 0.999, 1e-8, 0.1, LearningRateSchedule.Shape.CONSTANT, 0, 0)
                .rule(NETWORK, 0, STEPS);
        Progress start = Progress.from(TrainingState.initial(new float[2], rule.chain()));
        Trained trained = new Trainer(new ConstantEngine(), rule, STEPS, TrainingFixture.run(1))
                .train(start, Journal.NONE, observer, () -> false);
        EpochMetrics metrics = trained.kept().metrics();
        double speed = metrics.splits().get(Split.TRAIN).examplesPerSecond();
        double stepSeconds = STEPS * BATCH.exampleCount() / speed;
        assertThat(stepSeconds + observer.seconds).isLessThan(metrics.at().seconds());
    }

    /** Computes something after each step, and counts how long that took. */
    private static final class Busy implements TrainingObserver {
        private double seconds;

        @Override
        public void stepCompleted(StepEvent event) {
            long started = System.nanoTime();
            WeightsDigest.sha256(new float[10_000]);
            seconds += (System.nanoTime() - started) / 1e9;
        }
    }

    private static final class ConstantEngine implements StepEngine {
        @Override
        public Step compute(float[] parameters, int epoch, long step) {
            return new Step(new GradientSum(new float[2], BATCH), StepTimes.ZERO, Workers.POOL);
        }

        @Override
        public Map<Split, LossSum> losses(float[] parameters) {
            return Map.of(Split.TRAIN, BATCH);
        }

        @Override
        public void close() {}
    }
}
