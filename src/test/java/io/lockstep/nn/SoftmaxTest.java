package io.lockstep.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lockstep.linalg.Arithmetic;
import java.util.List;
import org.junit.jupiter.api.Test;

class SoftmaxTest {
    @Test
    void probabilitiesOfTwoExamplesByHand() {
        float[] logits = {0, 1, 5, 5, 99}; // longer than two examples
        float p = (float) (1 / (1 + Math.exp(-1)));
        float[] probabilities = Softmax.of(logits, 2, 2);
        assertThat(probabilities).hasSize(4);
        assertThat(probabilities[0]).isCloseTo(1 - p, within(1e-7f));
        assertThat(probabilities[1]).isEqualTo(p);
        assertThat(probabilities[2]).isEqualTo(0.5f);
        assertThat(probabilities[3]).isEqualTo(0.5f);
    }

    @Test
    void hugeLogitsStayFinite() {
        assertThat(Softmax.of(new float[] {3e38f, -3e38f, 0}, 3, 1)).containsExactly(1, 0, 0);
    }

    @Test
    void aBatchWithoutExamplesHasNoProbabilities() {
        Network network = Network.of(List.of(2, 3));
        Workspace workspace = new Workspace(network.layers(), Arithmetic.EXACT, new Batch(2));
        assertThat(network.probabilities(network.initialParameters(1), workspace))
                .isEmpty();
    }
}
