package io.lockstep.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lockstep.RandomStream;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.optim.L2Penalty;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NetworkTest {
    private static final RandomStream DROPPED = RandomStream.of(1, RandomStream.Purpose.DROPOUT, 0, 0);

    @Test
    void aNetworkOfTwoClassesByHand() {
        // Softmax regression of one feature: z = (w1, w2)·x + (b1, b2) with x = 2, w = (1, 0), b = (0, 1): z = (2, 1).
        Network network = Network.of(List.of(1, 2));
        Batch batch = batch(1, new float[] {2}, 1);
        GradientSum sum = network.lossAndGradient(new float[] {1, 0, 0, 1}, batch, Arithmetic.EXACT);
        double p1 = 1 / (1 + Math.exp(-1));
        assertThat(sum.loss().lossSum()).isCloseTo(-Math.log(1 - p1), within(1e-12));
        assertThat(sum.loss().correctWeight()).isZero();
        assertThat(sum.gradient())
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly((float) (2 * p1), (float) (-2 * p1), (float) p1, (float) -p1);
    }

    @Test
    void parametersLieLayerByLayerWeightsBeforeBiases() {
        Network network = Network.of(List.of(784, 256, 10));
        assertThat(network.parameterCount()).isEqualTo(784 * 256 + 256 + 256 * 10 + 10);
        assertThat(network.layers().get(1).weightOffset()).isEqualTo(785 * 256);
        assertThat(network.sizes()).containsExactly(784, 256, 10);
        assertThat(network).hasToString("784-256-10");
    }

    @Test
    void theSumOfSliceGradientsIsTheBatchGradient() {
        Random random = new Random(11);
        for (int round = 0; round < 20; round++) {
            Network network = randomNetwork(random);
            float[] parameters = network.initialParameters(round);
            int rows = 2 + random.nextInt(30);
            Batch whole = randomBatch(random, network, rows);
            int cut = 1 + random.nextInt(rows - 1);
            GradientSum all = network.lossAndGradient(parameters, whole, Arithmetic.EXACT);
            GradientSum first = network.lossAndGradient(parameters, part(whole, 0, cut), Arithmetic.EXACT);
            GradientSum second = network.lossAndGradient(parameters, part(whole, cut, rows), Arithmetic.EXACT);
            assertThat(first.loss().lossSum() + second.loss().lossSum())
                    .isCloseTo(all.loss().lossSum(), within(1e-5 * rows));
            for (int i = 0; i < parameters.length; i++) {
                // Sums of up to 31 numbers of order 1 in float32
                assertThat(first.gradient()[i] + second.gradient()[i]).isCloseTo(all.gradient()[i], within(1e-4f));
            }
        }
    }

    @Test
    void zerosMayBeLeftOut() {
        Random random = new Random(13);
        for (int round = 0; round < 20; round++) {
            Network network = randomNetwork(random);
            float[] parameters = network.initialParameters(round);
            Batch batch = randomBatch(random, network, 1 + random.nextInt(30));
            for (int i = 0; i < batch.rows() * network.featureCount(); i++) {
                if (random.nextInt(4) > 0) {
                    batch.features()[i] = 0;
                }
            }
            GradientSum with = network.lossAndGradient(parameters, batch, Arithmetic.EXACT);
            GradientSum without = network.lossAndGradient(parameters, batch.withoutZeros(), Arithmetic.EXACT);
            assertThat(without.loss().lossSum()).isCloseTo(with.loss().lossSum(), within(1e-5 * batch.rows()));
            // Sums of up to 30 numbers of order 1 in float32
            assertThat(without.gradient()).usingComparatorWithPrecision(1e-4f).containsExactly(with.gradient());
        }
    }

    @Test
    void aReusedWorkspaceGivesTheSameBitsAsANewOne() {
        Random random = new Random(12);
        Network network = Network.of(List.of(9, 8, 7, 3));
        float[] parameters = network.initialParameters(1);
        Batch shared = new Batch(9);
        Workspace workspace = new Workspace(network.layers(), Arithmetic.EXACT, shared);
        float[] gradient = new float[network.parameterCount()];
        for (int rows : new int[] {5, 40, 1, 0, 17}) {
            for (boolean withoutZeros : new boolean[] {false, true, true, false}) {
                Batch batch = randomBatch(random, network, rows);
                if (withoutZeros) {
                    batch.copyWithoutZeros(shared);
                    batch = batch.withoutZeros();
                } else {
                    shared.resize(rows);
                    System.arraycopy(batch.features(), 0, shared.features(), 0, rows * 9);
                    System.arraycopy(batch.labels(), 0, shared.labels(), 0, rows);
                }
                LossSum loss = network.gradientInto(gradient, parameters, workspace, Regularization.NONE, DROPPED);
                GradientSum fresh = network.lossAndGradient(parameters, batch, Arithmetic.EXACT);
                assertThat(gradient).isEqualTo(fresh.gradient());
                assertThat(loss).isEqualTo(fresh.loss());
            }
        }
    }

    /** Logits (ln 2, 0, 0) give p = (1/2, 1/4, 1/4); with ε = 0.3 the target of class 0 is (0.8, 0.1, 0.1). */
    @Test
    void labelSmoothingSharesPartOfTheTarget() {
        Network network = Network.of(List.of(1, 3));
        float[] parameters = {(float) Math.log(2), 0, 0, 0, 0, 0};
        Batch batch = new Batch(1);
        batch.resize(1);
        batch.features()[0] = 1;
        float[] gradient = new float[network.parameterCount()];
        Workspace workspace = new Workspace(network.layers(), Arithmetic.EXACT, batch);
        LossSum loss = network.gradientInto(gradient, parameters, workspace, new Regularization(0.3, 0), DROPPED);
        assertThat(loss.lossSum()).isCloseTo(0.8 * Math.log(2) + 0.2 * Math.log(4), within(1e-7));
        assertThat(gradient)
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(-0.3f, 0.15f, 0.15f, -0.3f, 0.15f, 0.15f);
    }

    /** The same stream drops the same units, so that the loss with them dropped can be differentiated. */
    @Test
    void theRegularisedGradientIsTheDerivativeOfTheRegularisedLoss() {
        Network network = Network.of(List.of(6, 9, 7, 4));
        float[] parameters = network.initialParameters(2);
        Workspace workspace =
                new Workspace(network.layers(), Arithmetic.EXACT, randomBatch(new Random(5), network, 20));
        float[] gradient = new float[network.parameterCount()];
        regularisedLoss(network, parameters, workspace, gradient);
        float[] unused = new float[gradient.length];
        float step = 1e-3f;
        for (int i = 0; i < parameters.length; i += 3) {
            float value = parameters[i];
            parameters[i] = value + step;
            double above = regularisedLoss(network, parameters, workspace, unused);
            parameters[i] = value - step;
            double below = regularisedLoss(network, parameters, workspace, unused);
            parameters[i] = value;
            // Rounding in float32: 20 rows · 1e-7 / 2e-3; the seed has no ReLU kink so near
            assertThat((above - below) / (2 * step)).isCloseTo(gradient[i], within(0.01));
        }
    }

    private static double regularisedLoss(Network network, float[] parameters, Workspace workspace, float[] gradient) {
        RandomStream random = RandomStream.of(9, RandomStream.Purpose.DROPOUT, 1, 2);
        return network.gradientInto(gradient, parameters, workspace, new Regularization(0.1, 0.4), random)
                .lossSum();
    }

    @Test
    void dropoutDropsItsShareAndKeepsTheMean() {
        int units = 100_000;
        float[] outputs = new float[units];
        Arrays.fill(outputs, 3f);
        new Dropout(0.25, RandomStream.of(1, RandomStream.Purpose.DROPOUT, 0, 0)).dropInPlace(outputs, units);
        double sum = 0;
        int dropped = 0;
        for (float output : outputs) {
            assertThat(output).isIn(0f, 4f);
            sum += output;
            dropped += output == 0 ? 1 : 0;
        }
        double deviations = 5 * Math.sqrt(0.25 * 0.75 / units);
        assertThat((double) dropped / units).isCloseTo(0.25, within(deviations));
        assertThat(sum / units).isCloseTo(3, within(4 * deviations));
    }

    @Test
    void aLargerPenaltyGivesSmallerWeights() {
        Network network = Network.of(List.of(5, 4, 3));
        Batch batch = randomBatch(new Random(3), network, 30);
        assertThat(weightsAfterTraining(network, batch, 0.1)).isLessThan(weightsAfterTraining(network, batch, 0.001));
    }

    @Test
    void initialWeightsHaveHesVarianceAndBiasesAreZero() {
        Network network = Network.of(List.of(400, 300, 10));
        float[] parameters = network.initialParameters(5);
        Layer first = network.layers().get(0);
        double sum = 0;
        for (int i = first.weightOffset(); i < first.biasOffset(); i++) {
            sum += parameters[i] * parameters[i];
        }
        assertThat(sum / first.weightCount()).isCloseTo(2.0 / 400, within(0.0001));
        assertThat(Arrays.copyOfRange(parameters, first.biasOffset(), first.end()))
                .containsOnly(0f);
        assertThat(parameters).isEqualTo(network.initialParameters(5)).isNotEqualTo(network.initialParameters(6));
    }

    @Test
    void aNetworkThatHasBecomeNaNDoesNotLookHealthy() {
        Network network = Network.of(List.of(4, 3, 2));
        float[] parameters = network.initialParameters(1);
        parameters[0] = Float.NaN;
        Batch batch = randomBatch(new Random(1), network, 3);
        assertThat(network.lossAndGradient(parameters, batch, Arithmetic.EXACT)
                        .loss()
                        .lossSum())
                .isNaN();
    }

    @Test
    void refusesSizesThatAreNotPositiveOrTooLarge() {
        assertThatThrownBy(() -> Network.of(List.of(3, 0, 2))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Network.of(List.of(100_000, 100_000, 2))).isInstanceOf(ArithmeticException.class);
    }

    private static double weightsAfterTraining(Network network, Batch batch, double l2) {
        float[] parameters = network.initialParameters(2);
        for (int step = 0; step < 200; step++) {
            float[] gradient =
                    network.lossAndGradient(parameters, batch, Arithmetic.EXACT).gradient();
            new L2Penalty(l2).meanGradientInPlace(gradient, batch.rows(), parameters, network.layout());
            for (int i = 0; i < parameters.length; i++) {
                parameters[i] -= 0.1f * gradient[i];
            }
        }
        return new L2Penalty(1).cost(parameters, network.layout());
    }

    private static Network randomNetwork(Random random) {
        List<Integer> sizes = new ArrayList<>();
        for (int i = random.nextInt(3); i >= -1; i--) {
            sizes.add(2 + random.nextInt(12));
        }
        return Network.of(sizes);
    }

    private static Batch randomBatch(Random random, Network network, int rows) {
        Batch batch = new Batch(network.featureCount());
        batch.resize(rows);
        for (int i = 0; i < rows * network.featureCount(); i++) {
            batch.features()[i] = random.nextFloat();
        }
        for (int row = 0; row < rows; row++) {
            batch.labels()[row] = random.nextInt(network.classCount());
        }
        return batch;
    }

    private static Batch part(Batch whole, int from, int to) {
        int features = whole.featureCount();
        return batch(
                features,
                Arrays.copyOfRange(whole.features(), from * features, to * features),
                Arrays.copyOfRange(whole.labels(), from, to));
    }

    private static Batch batch(int featureCount, float[] features, int... labels) {
        Batch batch = new Batch(featureCount);
        batch.resize(labels.length);
        System.arraycopy(features, 0, batch.features(), 0, features.length);
        System.arraycopy(labels, 0, batch.labels(), 0, labels.length);
        return batch;
    }
}
