package io.lockstep.training;

import io.lockstep.data.ShardedDataset;
import io.lockstep.linalg.Blas;
import io.lockstep.nn.Network;
import io.lockstep.nn.Regularization;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The network and its penalty; features and classes come from the data.
 *
 * @param hidden units of each hidden layer; empty for softmax regression
 * @param l2 the penalty c on the squares of all weights
 * @param labelSmoothing in [0, 1), see {@link Regularization}
 * @param dropout in [0, 1), see {@link Regularization}
 * @param blas what computes its products
 */
public record NetworkConfig(List<Integer> hidden, double l2, double labelSmoothing, double dropout, Blas.Choice blas) {
    public NetworkConfig {
        hidden = List.copyOf(hidden);
    }

    void check(Problems problems) {
        problems.expect(
                hidden.stream().allMatch(units -> units > 0),
                "hidden",
                "positive numbers of units, or 'none'",
                hiddenText());
        problems.expect(l2 >= 0 && Double.isFinite(l2), "l2", "a number from 0", l2);
        problems.expect(
                labelSmoothing >= 0 && labelSmoothing < 1,
                "label-smoothing",
                "a number from 0 to below 1",
                labelSmoothing);
        problems.expect(dropout >= 0 && dropout < 1, "dropout", "a number from 0 to below 1", dropout);
    }

    /** The network for a dataset. */
    Network of(ShardedDataset dataset) {
        return of(dataset.featureCount(), dataset.classLabels().size());
    }

    /**
     * @throws ArithmeticException if the parameters are more than one array holds
     */
    Network of(int featureCount, int classCount) {
        List<Integer> sizes = new ArrayList<>(List.of(featureCount));
        sizes.addAll(hidden);
        sizes.add(classCount);
        return Network.of(sizes);
    }

    Regularization regularization() {
        return new Regularization(labelSmoothing, dropout);
    }

    /** As on the command line, for example {@code 256,128}. */
    String hiddenText() {
        return hidden.isEmpty() ? "none" : hidden.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
