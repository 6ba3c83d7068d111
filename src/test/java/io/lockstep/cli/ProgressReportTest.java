package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.cli.ProgressLine.Position;
import io.lockstep.data.Split;
import io.lockstep.metrics.EpochMetrics;
import io.lockstep.metrics.EpochRecord;
import io.lockstep.metrics.EpochTimes;
import io.lockstep.nn.LossSum;
import io.lockstep.training.TrainingObserver.EpochEvent;
import io.lockstep.training.TrainingObserver.StepEvent;
import io.lockstep.training.checkpoint.TrainingState;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressReportTest {
    private static final int STEPS = 100;
    private static final LossSum BATCH = new LossSum(32, 48, 64, 64);
    private static final Position HALF_OF_THREE = new Position(3, 12, 105, 211);

    private final StringWriter printed = new StringWriter();
    private final ProgressReport report = new ProgressReport(new PrintWriter(printed), 10, false);

    @ParameterizedTest
    @CsvSource({
        "200, 'epoch 3/12   49%  [==============>               ]  step 105/211  41233 rows/s  0:42 left  loss 0.5000"
                + " accuracy 0.7500'",
        "102, 'epoch 3/12   49%  [======>       ]  step 105/211  41233 rows/s  0:42 left  loss 0.5000 accuracy 0.7500'",
        "90, 'epoch 3/12   49%  step 105/211  41233 rows/s  0:42 left  loss 0.5000 accuracy 0.7500'",
        "80, 'epoch 3/12   49%  41233 rows/s  0:42 left  loss 0.5000 accuracy 0.7500'",
        "60, 'epoch 3/12   49%  0:42 left  loss 0.5000 accuracy 0.7500'",
        "50, 'epoch 3/12   49%  loss 0.5000 accuracy 0.7500'",
        "40, 'epoch 3/12   49%  0:42 left'",
        "16, 'epoch 3/12   49%'",
        "7, 'epoch 3'",
        "1, 'e'"
    })
    void aNarrowTerminalLosesFirstWhatMattersLeast(int width, String line) {
        assertThat(new ProgressLine(HALF_OF_THREE, BATCH, 41_233.4, 42).text(width))
                .isEqualTo(line)
                .hasSizeLessThanOrEqualTo(width);
    }

    @Test
    void theFirstStepHasNoRateAndNoTimeLeft() {
        assertThat(new ProgressLine(new Position(1, 9, 1, 200), BATCH, Double.NaN, Double.NaN).text())
                .isEqualTo("epoch 1/9    0%  step 1/200  loss 0.5000 accuracy 0.7500");
    }

    @ParameterizedTest
    @CsvSource({"0.4, 0:00", "9.6, 0:10", "59.7, 1:00", "3599, 59:59", "3600, 1:00:00", "450061, 125:01:01"})
    void theTimeLeftHasHoursWhereThereAreSome(double seconds, String left) {
        assertThat(new ProgressLine(HALF_OF_THREE, BATCH, 2.25, seconds).text())
                .contains("  2.3 rows/s  " + left + " left");
    }

    @Test
    void theLastStepFillsTheBar() {
        assertThat(new ProgressLine(new Position(1, 1, 4, 4), LossSum.ZERO, 1000, 0).text(70))
                .isEqualTo("epoch 1/1  100%  [=================]  step 4/4  1000 rows/s  0:00 left");
    }

    @Test
    void withoutATerminalALongEpochHasALineEveryThirtySeconds() {
        step(1, 1, 100);
        step(1, 2, 129);
        assertThat(lines()).isEmpty();
        step(1, 3, 130);
        step(1, 4, 159);
        step(1, 5, 190);
        assertThat(lines())
                .containsExactly(
                        "epoch 1/10    3%  step 3/100  4.3 rows/s  4:09:15 left  loss 0.5000 accuracy 0.7500",
                        "epoch 1/10    5%  step 5/100  2.8 rows/s  6:13:08 left  loss 0.5000 accuracy 0.7500");
    }

    @Test
    void theEstimateGoesBackToTheEpochBeforeAndTheRateToTheBeginningOfThisOne() {
        step(1, 99, 990);
        step(1, 100, 1000);
        epoch(1, 1010);
        step(2, 1, 1012);
        step(2, 2, 1041);
        // 51 s for 3 steps, one evaluation included, and 898 steps are left; 128 rows in 31 s
        assertThat(lines())
                .containsExactly(
                        "epoch 1/10  loss 0.5000 accuracy 0.7500  1010.0 s",
                        "epoch 2/10    2%  step 2/100  4.1 rows/s  4:14:26 left  loss 0.5000 accuracy 0.7500");
    }

    private List<String> lines() {
        return printed.toString().lines().toList();
    }

    private void step(int epoch, long step, double seconds) {
        TrainingState after = new TrainingState(new float[0], null, epoch - 1, (epoch - 1) * STEPS + step);
        report.stepCompleted(new StepEvent(after, step, STEPS, BATCH, seconds));
    }

    private void epoch(int epoch, double seconds) {
        TrainingState after = new TrainingState(new float[0], null, epoch, (long) epoch * STEPS);
        EpochRecord at = new EpochRecord(epoch, after.step(), 0.1, 1, seconds, Instant.EPOCH);
        EpochMetrics metrics = new EpochMetrics(at, 0, Map.of(Split.TRAIN, new EpochMetrics.OfSplit(BATCH, 1)));
        report.epochCompleted(new EpochEvent(after, metrics, EpochTimes.ZERO));
    }
}
