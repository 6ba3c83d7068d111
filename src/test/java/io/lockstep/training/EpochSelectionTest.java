package io.lockstep.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.data.Split;
import io.lockstep.metrics.EpochMetrics;
import io.lockstep.metrics.EpochRecord;
import io.lockstep.nn.LossSum;
import io.lockstep.optim.OptimizerState;
import io.lockstep.training.checkpoint.Progress;
import io.lockstep.training.checkpoint.TrainingState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EpochSelectionTest {
    /** Of three epochs, the second has the highest accuracy and the third the lowest loss. */
    @ParameterizedTest
    @CsvSource({"ACCURACY, 2", "LOSS, 3"})
    void theBestEpochIsThatOfTheFigureThatIsMonitored(RunConfig.Monitor monitor, int expected) {
        EpochSelection selection = new EpochSelection(
                RunConfig.Keep.BEST, monitor, 0, new Progress(state(0), 0, Optional.empty(), Optional.empty()));
        selection.consider(state(1), metrics(1, 9, 5));
        selection.consider(state(2), metrics(2, 8, 8));
        selection.consider(state(3), metrics(3, 7, 6));
        assertThat(selection.progress(state(3), 1).kept().orElseThrow().epoch()).isEqualTo(expected);
    }

    private static TrainingState state(int epoch) {
        return new TrainingState(new float[] {epoch}, new OptimizerState(List.of()), epoch, epoch);
    }

    private static EpochMetrics metrics(int epoch, double loss, int correct) {
        LossSum sums = new LossSum(loss, correct, 10, 10);
        EpochMetrics.OfSplit split = new EpochMetrics.OfSplit(sums, 1);
        return new EpochMetrics(
                new EpochRecord(epoch, epoch, 0.1, 1, epoch, Instant.EPOCH),
                0,
                Map.of(Split.TRAIN, split, Split.VALIDATION, split));
    }
}
