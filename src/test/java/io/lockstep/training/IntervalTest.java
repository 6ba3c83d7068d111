package io.lockstep.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[0, 1) | 0 | 0.9999 | -0.001 | 1 | a number from 0 to below 1",
                "(0, ) | 1e-300 | 1e300 | 0 | Infinity | a positive number",
                "[0, ) | 0 | 1e300 | -1 | NaN | a number from 0",
                "[1, 1000000] | 1 | 1000000 | 0 | 1000001 | a number from 1 to 1000000",
                "(-0.5, 2] | 0 | 2 | -0.5 | 2.5 | a number above -0.5 to 2",
                "(, ) | -1e300 | 1e300 | NaN | -Infinity | a number"
            })
    void containsWhatItsNotationSays(
            String notation, double in, double alsoIn, double out, double alsoOut, String description) {
        Interval interval = Interval.parse(notation);
        assertThat(interval.contains(in) && interval.contains(alsoIn)).isTrue();
        assertThat(interval.contains(out) || interval.contains(alsoOut)).isFalse();
        assertThat(interval.describe(false)).isEqualTo(description);
        assertThat(interval.describe(true)).isEqualTo(description.replace("a number", "a whole number"));
    }

    @Test
    void anythingElseIsNone() {
        assertThatThrownBy(() -> Interval.parse("0 to 1")).hasMessageContaining("[0, 1)");
    }
}
