package io.lockstep.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.linalg.Range;
import io.lockstep.linalg.Workers;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ten steps of each optimiser, with clipping and penalty, on two layers that are several chunks long. */
class ChainTest {
    private static final Layout LAYERS = layout(50_000, 200, 30_000, 10);
    private static final int PARAMETERS = 80_210;

    @ParameterizedTest
    @EnumSource
    void theBitsDoNotDependOnTheOrderOfTheChunks(Optimizer optimizer) {
        float[] inOrder = train(
                optimizer, LAYERS, (rounds, body) -> IntStream.range(0, rounds).forEach(body));
        float[] backwards = train(
                optimizer,
                LAYERS,
                (rounds, body) -> IntStream.range(0, rounds).forEach(i -> body.accept(rounds - 1 - i)));
        float[] parallel = train(
                optimizer,
                LAYERS,
                (rounds, body) -> IntStream.range(0, rounds).parallel().forEach(body));
        assertThat(backwards).containsExactly(inOrder);
        assertThat(parallel).containsExactly(inOrder);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LAMB")
    void theBlocksInWhichItIsComputedDoNotMatterWithoutNormsOfBlocks(Optimizer optimizer) {
        Layout cut = new Layout(List.of(
                weights(0, 7),
                weights(7, 20_001),
                weights(20_001, 50_000),
                LAYERS.blocks().get(1),
                weights(50_200, 80_200),
                LAYERS.blocks().get(3)));
        assertThat(train(optimizer, cut, Workers.POOL)).containsExactly(train(optimizer, LAYERS, Workers.POOL));
    }

    @Test
    void refusesLinksThatDoNotMeasureTheGradient() {
        assertThatThrownBy(() -> new Chain(LAYERS, List.of(new L2Penalty(0), new Descend())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Descend");
    }

    @Test
    void refusesALayoutWithGaps() {
        assertThatThrownBy(() -> new Layout(List.of(weights(0, 3), weights(4, 5))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("from index 3");
    }

    private static float[] train(Optimizer optimizer, Layout layout, Workers workers) {
        Chain chain = optimizer.chain(layout, new Optimizer.Hyperparameters(1e-3, 30, 0.9, 0.99, 1e-6));
        OptimizerState state = chain.init();
        Random random = new Random(1);
        float[] parameters = gaussians(random, 0.05f);
        for (int step = 0; step < 10; step++) {
            Chain.Outcome outcome =
                    chain.updateInPlace(parameters, gaussians(random, 1), state, new Step(step, 0.01, 3), workers);
            assertThat(outcome.gradientNorm()).isGreaterThan(30);
            assertThat(outcome.finite()).isTrue();
        }
        return parameters;
    }

    private static float[] gaussians(Random random, float deviation) {
        float[] values = new float[PARAMETERS];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return values;
    }

    /** Weights and biases in turn. */
    private static Layout layout(int... lengths) {
        return new Layout(IntStream.range(0, lengths.length)
                .mapToObj(i -> {
                    int from = IntStream.of(lengths).limit(i).sum();
                    return new Layout.Block(new Range(from, from + lengths[i]), i % 2 == 0);
                })
                .toList());
    }

    private static Layout.Block weights(int from, int to) {
        return new Layout.Block(new Range(from, to), true);
    }
}
