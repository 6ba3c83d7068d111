package io.lockstep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestWordTest {
    private static final List<String> KNOWN = List.of("label", "weight", "x1", "y", "epochs");

    @ParameterizedTest
    @CsvSource({"lable, label", "epoch, epochs", "wieght, weight", "x2, x1", "Y2, ", "labels, label", "ys, y"})
    void aWordFewLettersAwayIsSuggested(String word, String expected) {
        assertThat(NearestWord.to(word, KNOWN).orElse(null)).isEqualTo(expected);
    }

    @Test
    void wordsThatShareNothingAreNotSuggested() {
        assertThat(NearestWord.to("z", List.of("a", "ab"))).isEmpty();
        assertThat(NearestWord.to("colour", KNOWN)).isEmpty();
        assertThat(NearestWord.to("", KNOWN)).isEmpty();
        assertThat(NearestWord.to("label", List.of())).isEmpty();
    }
}
