package io.lockstep.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lockstep.RandomStream;
import io.lockstep.linalg.Arithmetic;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WeightedBatchTest {
    private static final Network NETWORK = Network.of(List.of(6, 9, 4));
    private static final float[] PARAMETERS = NETWORK.initialParameters(3);
    private static final int ROWS = 30;

    /** As in NetworkTest, z = (2, 1), so that −ln p is ln(1 + 1/e) for the first class and 1 more for the second. */
    @Test
    void twoExamplesByHand() {
        Network network = Network.of(List.of(1, 2));
        Batch batch = new Batch(1);
        batch.resize(2);
        for (int row = 0; row < 2; row++) {
            batch.features()[row] = 2;
            batch.labels()[row] = 1 - row;
        }
        batch.weights()[0] = 3;
        batch.weights()[1] = 0.5f;
        GradientSum sum = network.lossAndGradient(new float[] {1, 0, 0, 1}, batch, Arithmetic.EXACT);
        assertThat(sum.loss().lossSum()).isCloseTo(3 * 1.3132616875182228 + 0.5 * 0.31326168751822286, within(1e-14));
        assertThat(sum.loss().meanLoss()).isCloseTo(1.17040454466108, within(1e-14));
        assertThat(sum.loss().accuracy()).isEqualTo(0.5 / 3.5);
        assertThat(sum.loss().exampleCount()).isEqualTo(2);
        float bias = (float) (3 * 0.7310585786300049 + 0.5 * (0.7310585786300049 - 1));
        assertThat(sum.gradient())
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(2 * bias, -2 * bias, bias, -bias);
        assertThat(new Workspaced(network, batch).loss(new float[] {1, 0, 0, 1}))
                .isEqualTo(sum.loss());
    }

    @Test
    void anExampleOfWeightTwoIsTheExampleTwice() {
        Batch once = randomBatch(IntStream.range(0, ROWS));
        Batch repeated = randomBatch(IntStream.range(0, ROWS)
                .flatMap(row -> IntStream.range(0, 1 + row % 3).map(copy -> row)));
        for (int row = 0; row < ROWS; row++) {
            once.weights()[row] = 1 + row % 3;
        }
        for (double labelSmoothing : new double[] {0, 0.1}) {
            float[] ofOnce = new float[PARAMETERS.length];
            float[] ofRepeated = new float[PARAMETERS.length];
            LossSum loss = new Workspaced(NETWORK, once).gradient(ofOnce, labelSmoothing);
            LossSum expected = new Workspaced(NETWORK, repeated).gradient(ofRepeated, labelSmoothing);
            assertThat(loss.weight()).isEqualTo(expected.weight()).isEqualTo(expected.exampleCount());
            assertThat(loss.correctWeight()).isEqualTo(expected.correctWeight());
            assertThat(loss.lossSum()).isCloseTo(expected.lossSum(), within(1e-6 * expected.lossSum()));
            assertThat(loss.exampleCount()).isEqualTo(ROWS);
            assertThat(distance(ofOnce, ofRepeated)).isLessThan(1e-6 * norm(ofRepeated));
        }
    }

    /** The same holds for any power of two, which changes no float but its exponent. */
    @Test
    void theBitsOfAMeanAreTheSameIfAllExamplesWeighTwo() {
        Batch batch = randomBatch(IntStream.range(0, ROWS));
        GradientSum one = NETWORK.lossAndGradient(PARAMETERS, batch, Arithmetic.EXACT);
        Arrays.fill(batch.weights(), 2f);
        GradientSum two = NETWORK.lossAndGradient(PARAMETERS, batch, Arithmetic.EXACT);
        for (int i = 0; i < PARAMETERS.length; i++) {
            assertThat(two.gradient()[i]).isEqualTo(2 * one.gradient()[i]);
        }
        assertThat(two.loss().meanLoss()).isEqualTo(one.loss().meanLoss());
        assertThat(two.loss().accuracy()).isEqualTo(one.loss().accuracy());
    }

    @Test
    void weightsAreThoseOfTheBatchAndNotOfOneBefore() {
        Batch batch = randomBatch(IntStream.range(0, ROWS));
        GradientSum expected = NETWORK.lossAndGradient(PARAMETERS, batch, Arithmetic.EXACT);
        assertThat(expected.loss().weight()).isEqualTo(ROWS);
        for (Batch other : List.of(randomBatch(IntStream.range(0, 40)), batch.withoutZeros())) {
            Arrays.fill(other.weights(), 7f);
            other.resize(ROWS);
            System.arraycopy(batch.features(), 0, other.features(), 0, ROWS * batch.featureCount());
            System.arraycopy(batch.labels(), 0, other.labels(), 0, ROWS);
            GradientSum found = NETWORK.lossAndGradient(PARAMETERS, other, Arithmetic.EXACT);
            assertThat(found.gradient()).isEqualTo(expected.gradient());
            assertThat(found.loss()).isEqualTo(expected.loss());
        }
    }

    @Test
    void zerosMayBeLeftOutOfAWeightedBatchToo() {
        Batch batch = randomBatch(IntStream.range(0, ROWS));
        for (int row = 0; row < ROWS; row++) {
            batch.weights()[row] = 0.3f * row;
        }
        GradientSum with = NETWORK.lossAndGradient(PARAMETERS, batch, Arithmetic.EXACT);
        GradientSum without = NETWORK.lossAndGradient(PARAMETERS, batch.withoutZeros(), Arithmetic.EXACT);
        assertThat(without.gradient()).isEqualTo(with.gradient());
        assertThat(without.loss()).isEqualTo(with.loss());
    }

    /** A network with a batch. */
    private record Workspaced(Network network, Batch batch) {
        LossSum loss(float[] parameters) {
            return network.loss(parameters, new Workspace(network.layers(), Arithmetic.EXACT, batch));
        }

        LossSum gradient(float[] gradient, double labelSmoothing) {
            return network.gradientInto(
                    gradient,
                    PARAMETERS,
                    new Workspace(network.layers(), Arithmetic.EXACT, batch),
                    new Regularization(labelSmoothing, 0),
                    RandomStream.of(1, RandomStream.Purpose.DROPOUT, 0, 0));
        }
    }

    /** Random examples, some of them several times. */
    private static Batch randomBatch(IntStream examples) {
        int[] numbers = examples.toArray();
        Batch batch = new Batch(NETWORK.featureCount());
        batch.resize(numbers.length);
        for (int row = 0; row < numbers.length; row++) {
            Random random = new Random(numbers[row]);
            batch.labels()[row] = random.nextInt(NETWORK.classCount());
            for (int i = 0; i < batch.featureCount(); i++) {
                batch.features()[row * batch.featureCount() + i] = random.nextInt(3) == 0 ? 0 : random.nextFloat();
            }
        }
        return batch;
    }

    private static double distance(float[] left, float[] right) {
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += Math.pow((double) left[i] - right[i], 2);
        }
        return Math.sqrt(sum);
    }

    private static double norm(float[] values) {
        return distance(values, new float[values.length]);
    }
}
