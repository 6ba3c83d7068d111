package io.lockstep.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lockstep.linalg.Range;
import io.lockstep.linalg.Workers;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two thousand steps of 200 parameters, of which the last half never has a gradient, as weights of an input that is 0.
 */
class AdamWTest {
    private static final int PARAMETERS = 200;
    private static final int WITH_GRADIENT = PARAMETERS / 2;
    private static final int STEPS = 2000;
    private static final double BETA1 = 0.9;
    private static final double RATE = 1e-3;

    /**
     * Some parameters go as far as 1, where a float's last bit is 1.2e-7, and the factors of a step have as few bits.
     */
    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-8, 2e-8, 6e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-2})
    void goesWhereDoublePrecisionGoes(double decay) {
        float[] parameters = train(decay);
        double[] expected = trainInDoublePrecision(decay);
        for (int i = 0; i < PARAMETERS; i++) {
            assertThat((double) parameters[i]).isCloseTo(expected[i], within(5e-7));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-8, 2e-8, 6e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-2})
    void shrinksWeightsWithoutGradientByTheWholeDecay(double decay) {
        float[] parameters = train(decay);
        float[] initial = initialParameters();
        double kept = Math.pow(1 - decay, STEPS);
        for (int i = WITH_GRADIENT; i < PARAMETERS; i++) {
            assertThat((double) parameters[i]).isCloseTo(initial[i] * kept, within((double) Math.ulp(initial[i])));
        }
    }

    private static float[] train(double decay) {
        Layout weights = new Layout(List.of(new Layout.Block(Range.all(PARAMETERS), true)));
        double l2 = decay / (2 * RATE);
        Chain adamW = Optimizer.ADAMW.chain(weights, new Optimizer.Hyperparameters(l2, 0, BETA1, 0.999, 1e-8));
        float[] parameters = initialParameters();
        OptimizerState state = adamW.init();
        Random random = new Random(2);
        for (int step = 0; step < STEPS; step++) {
            adamW.updateInPlace(parameters, gradient(random), state, new Step(step, RATE, 1), Workers.POOL);
        }
        return parameters;
    }

    private static double[] trainInDoublePrecision(double decay) {
        double[] parameters = new double[PARAMETERS];
        double[] mean = new double[PARAMETERS];
        double[] square = new double[PARAMETERS];
        float[] initial = initialParameters();
        for (int i = 0; i < PARAMETERS; i++) {
            parameters[i] = initial[i];
        }
        Random random = new Random(2);
        for (int step = 0; step < STEPS; step++) {
            float[] gradient = gradient(random);
            double meanSum = 1 - Math.pow(BETA1, step + 1);
            double squareSum = 1 - Math.pow(0.999, step + 1);
            for (int i = 0; i < PARAMETERS; i++) {
                double g = gradient[i];
                mean[i] = BETA1 * mean[i] + (1 - BETA1) * g;
                square[i] = 0.999 * square[i] + (1 - 0.999) * g * g;
                parameters[i] = parameters[i] * (1 - decay)
                        - RATE * (mean[i] / meanSum) / (Math.sqrt(square[i] / squareSum) + 1e-8);
            }
        }
        return parameters;
    }

    private static float[] initialParameters() {
        Random random = new Random(1);
        float[] parameters = new float[PARAMETERS];
        for (int i = 0; i < PARAMETERS; i++) {
            parameters[i] = (float) (0.05 * random.nextGaussian());
        }
        return parameters;
    }

    private static float[] gradient(Random random) {
        float[] gradient = new float[PARAMETERS];
        for (int i = 0; i < WITH_GRADIENT; i++) {
            gradient[i] = (float) (0.3 * Math.sin(i) + random.nextGaussian());
        }
        return gradient;
    }
}
