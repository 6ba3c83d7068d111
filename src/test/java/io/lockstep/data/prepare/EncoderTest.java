package io.lockstep.data.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.data.prepare.ColumnPreparation.Bytes;
import io.lockstep.data.prepare.ColumnPreparation.Categories;
import io.lockstep.data.prepare.ColumnPreparation.Numbers;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EncoderTest {
    private static final double REFUSED = Double.NaN;

    /**
     * Positions: age 0, city 1, colour 2, spectrum 3 to 5. Inputs: age 0, city 1 to 3, colour 4 and 5, spectrum 6 to 8.
     */
    private static final Encoder TABLE = Encoder.of(new Preparation(List.of(
            number("age", 40, 8, REFUSED),
            new Categories("city", List.of("Bern", "Rom", "Ulm"), true, true),
            new Categories("colour", List.of("blue", "red"), false, false),
            new Numbers(
                    "spectrum", true, new double[] {0, 1, 2}, new double[] {1, 2, 4}, new double[] {REFUSED, 5, 6}))));

    @Test
    void countsValuesAndInputsOfAllColumns() {
        assertThat(TABLE.valueCount()).isEqualTo(6);
        assertThat(TABLE.inputCount()).isEqualTo(9);
        assertThat(TABLE.input(1)).isEqualTo(1);
        assertThat(TABLE.input(2)).isEqualTo(4);
        assertThat(TABLE.input(5)).isEqualTo(8);
        assertThat(TABLE.isCategory(2)).isTrue();
        assertThat(TABLE.isCategory(3)).isFalse();
    }

    @Test
    void aRowOfZerosIsPreparedAsZerosAreAndHasNoCategory() {
        float[] row = new float[11];
        Arrays.fill(row, 7);
        TABLE.zeros(row, 1);
        assertThat(row).containsExactly(7, -5, 0, 0, 0, 0, 0, 0, -0.5f, -0.5f, 7);
    }

    @Test
    void numbersAreSubtractedFromAndDividedInDoubleAndRoundedOnce() {
        Encoder seconds = Encoder.of(new Preparation(List.of(number("seconds", 1_700_000_000.25, 3, REFUSED))));
        assertThat(seconds.number(0, 1_700_000_001.75)).isEqualTo(0.5f);
        assertThat(TABLE.number(4, 4)).isEqualTo(1.5f);
    }

    @Test
    void aMissingNumberIsFilledInOrRefused() {
        assertThat(TABLE.missing(4)).isEqualTo(2);
        assertThat(TABLE.number(5, Double.NaN)).isEqualTo(1);
        assertThatThrownBy(() -> TABLE.missing(0))
                .isInstanceOf(UnfitValueException.class)
                .hasMessage("column 'age': expected a value, found none; the model was trained without --missing mean");
        assertThatThrownBy(() -> TABLE.number(3, Double.NaN)).isInstanceOf(UnfitValueException.class);
    }

    @Test
    void aCategoryHasTheInputOfItsOwn() {
        assertThat(TABLE.category(1, "Bern")).isEqualTo(1);
        assertThat(TABLE.category(1, "Ulm")).isEqualTo(3);
        assertThat(TABLE.category(2, "red")).isEqualTo(5);
    }

    @Test
    void anUnseenOrMissingCategoryHasNoInputOrIsRefused() {
        assertThat(TABLE.category(1, "Köln")).isEqualTo(-1);
        assertThat(TABLE.missing(1)).isZero();
        assertThatThrownBy(() -> TABLE.category(2, "green"))
                .isInstanceOf(UnfitValueException.class)
                .hasMessage("column 'colour': expected one of the categories of the training data, found 'green'");
        assertThatThrownBy(() -> TABLE.missing(2)).isInstanceOf(UnfitValueException.class);
    }

    @Test
    void refusesNumbersThatAreNotFiniteOnceTheyArePrepared() {
        assertThatThrownBy(() -> TABLE.number(0, Double.POSITIVE_INFINITY))
                .hasMessage("column 'age': expected a finite number, found Infinity");
        assertThatThrownBy(() -> TABLE.number(0, 1e300))
                .hasMessage("column 'age': expected a number that is finite once it is prepared, found 1.0E300");
    }

    @Test
    void bytesAreMultipliedAsShardsDo() {
        Encoder bytes = Encoder.of(Preparation.ofBytes(3, 0.1f));
        assertThat(bytes.number(2, 255)).isEqualTo(255 * 0.1f);
        float[] row = {1, 1, 1};
        bytes.zeros(row, 0);
        assertThat(row).containsExactly(0, 0, 0);
        assertThatThrownBy(() -> bytes.number(0, Double.NaN)).isInstanceOf(UnfitValueException.class);
    }

    @Test
    void preparationsThatCannotBeMeantAreRefused() {
        assertThatThrownBy(() -> number("age", 0, 0, REFUSED)).hasMessageContaining("'age'");
        assertThatThrownBy(() -> number("age", Double.NaN, 1, REFUSED)).hasMessageContaining("'age'");
        assertThatThrownBy(() -> new Numbers("age", false, new double[2], new double[] {1, 1}, new double[2]))
                .hasMessageContaining("'age'");
        assertThatThrownBy(() -> new Categories("city", List.of("Ulm", "Rom"), true, true))
                .hasMessageContaining("'Rom' after 'Ulm'");
        assertThatThrownBy(() -> new Bytes("features", 3, Float.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> new Preparation(List.of())).hasMessageContaining("at least one column");
        assertThatThrownBy(() -> new Preparation(List.of(number("a", 0, 1, 0), number("a", 0, 1, 0))))
                .hasMessageContaining("'a' again");
        assertThatThrownBy(() -> new Preparation(List.of(new Bytes("features", 3, 1), number("a", 0, 1, 0))))
                .hasMessageContaining("by themselves");
    }

    private static Numbers number(String name, double subtract, double divide, double missing) {
        return new Numbers(name, false, new double[] {subtract}, new double[] {divide}, new double[] {missing});
    }
}
