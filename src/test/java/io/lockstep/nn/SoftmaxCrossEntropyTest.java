package io.lockstep.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SoftmaxCrossEntropyTest {
    private static final float[] LOGITS = {2, 1, 0};

    @Test
    void theExampleOfTheDocumentation() {
        float[] delta = LOGITS.clone();
        LossSum loss = new SoftmaxCrossEntropy(3, 0).lossSumAndDeltaInPlace(delta, oneRow(1));
        assertThat(loss.lossSum()).isCloseTo(0.40761, within(5e-6));
        assertThat(delta).usingComparatorWithPrecision(5e-6f).containsExactly(-0.33476f, 0.24473f, 0.09003f);
    }

    @Test
    void aSmoothedTargetIsSharedByAllClassesAndAWeightMultipliesAll() {
        float[] delta = LOGITS.clone();
        LossSum loss = new SoftmaxCrossEntropy(3, 0.3).lossSumAndDeltaInPlace(delta, oneRow(2));
        // t = (0.8, 0.1, 0.1), −ln p = (0.40761, 1.40761, 2.40761), 2 · (p − t)
        assertThat(loss.lossSum()).isCloseTo(2 * (0.8 * 0.40761 + 0.1 * 1.40761 + 0.1 * 2.40761), within(2e-5));
        assertThat(delta).usingComparatorWithPrecision(2e-5f).containsExactly(-0.26952f, 0.28946f, -0.01994f);
    }

    /** Of the first class. */
    private static Batch oneRow(float weight) {
        Batch batch = new Batch(1);
        batch.resize(1);
        batch.weights()[0] = weight;
        return batch;
    }
}
