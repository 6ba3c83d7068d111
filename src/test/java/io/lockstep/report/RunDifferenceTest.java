package io.lockstep.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.metrics.MetricsRow;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunDifferenceTest {
    @Test
    void equalMetricsHaveNoFirstDifference() {
        assertThat(RunDifference.firstEpoch(SampleRuns.rows(3, 1), SampleRuns.rows(3, 1)))
                .isEmpty();
        assertThat(RunDifference.firstEpoch(SampleRuns.rows(3, Double.NaN), SampleRuns.rows(3, Double.NaN)))
                .isEmpty();
    }

    @Test
    void theFirstEpochThatDiffersIsNamedWithItsFigure() {
        List<MetricsRow> rows = SampleRuns.rows(5, 1);
        List<MetricsRow> changed = new ArrayList<>(rows);
        changed.set(5, SampleRuns.rows(3, 2).get(5)); // the validation rows of epoch 3
        assertThat(RunDifference.firstEpoch(rows, changed).orElseThrow())
                .startsWith("epoch 3 on (loss of the validation rows: 0.33333")
                .endsWith(" and 0.6666666666666666)");
    }

    @Test
    void anEpochThatOnlyOneHasIsADifference() {
        assertThat(RunDifference.firstEpoch(SampleRuns.rows(2, 1), SampleRuns.rows(3, 1)))
                .contains("epoch 3 on, which only the second has for its training rows");
    }
}
