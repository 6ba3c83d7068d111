package io.lockstep.training;

import io.lockstep.data.ShardedDataset;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.nn.Network;
import io.lockstep.nn.Regularization;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The network and its regularisation; features and classes come from the data. */
public record NetworkConfig(
        @Option(
                name = "hidden",
                label = "N[,N…]",
                defaultValue = "256",
                description = "Units of each hidden layer, or 'none' for softmax regression.")
        List<Integer> hidden,

        @Option(
                name = "l2",
                label = "C",
                defaultValue = "1.0E-4",
                range = "[0, )",
                description = "Penalty on the squares of all weights; biases carry none.")
        double l2,

        @Option(
                name = "label-smoothing",
                label = "F",
                defaultValue = "0",
                range = "[0, 1)",
                description = "Part of the target that all classes share.")
        double labelSmoothing,

        @Option(
                name = "dropout",
                label = "F",
                defaultValue = "0",
                range = "[0, 1)",
                description = "Probability that a hidden unit is left out in training.")
        double dropout,

        @Option(
                name = "arithmetic",
                label = "NAME",
                defaultValue = "exact",
                description =
                        "How products of matrices are rounded: ${CANDIDATES}; exact gives the same bits on any machine.")
        Arithmetic arithmetic,

        @Option(
                name = "init-from",
                label = "DIR",
                effect = Option.Effect.PLACEMENT,
                description = "A run directory, or its model/, whose weights and preparation training begins with."
                        + " Default: random weights, and a preparation learned from the training rows.")
        Optional<String> initFrom) {
    public NetworkConfig {
        hidden = List.copyOf(hidden);
    }

    void check(Problems problems) {
        problems.expect(
                hidden.stream().allMatch(units -> units > 0),
                "hidden",
                "positive numbers of units, or 'none'",
                Options.text(hidden));
    }

    /** The network for a dataset. */
    Network of(ShardedDataset dataset) {
        return of(dataset.featureCount(), dataset.classes().size());
    }

    /** @throws ArithmeticException if the parameters are more than one array holds */
    Network of(int featureCount, int classCount) {
        List<Integer> sizes = new ArrayList<>(List.of(featureCount));
        sizes.addAll(hidden);
        sizes.add(classCount);
        return Network.of(sizes);
    }

    Regularization regularization() {
        return new Regularization(labelSmoothing, dropout);
    }
}
