package io.lockstep.bench;

import io.lockstep.linalg.Arithmetic;
import io.lockstep.linalg.Matrix;
import io.lockstep.linalg.Products;
import io.lockstep.nn.Network;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The matrix products of a slice of which no number is 0, without anything between them. */
final class DenseProducts {
    private static final int ROUNDS = 200;

    private DenseProducts() {}

    /** Median milliseconds for a slice of so many rows on one thread. */
    static double millis(Network network, int rows) {
        Products products = Arithmetic.EXACT.products();
        List<Integer> sizes = network.sizes();
        double[] millis = new double[ROUNDS];
        float[][] values = sizes.stream().map(size -> new float[size * rows]).toArray(float[][]::new);
        float[][] weights = IntStream.range(1, sizes.size())
                .mapToObj(layer -> new float[sizes.get(layer) * sizes.get(layer - 1)])
                .toArray(float[][]::new);
        for (int round = 0; round < millis.length; round++) {
            long start = System.nanoTime();
            for (int layer = 1; layer < sizes.size(); layer++) {
                Matrix inputs = Matrix.view(values[layer - 1], 0, sizes.get(layer - 1), rows);
                Matrix outputs = Matrix.view(values[layer], 0, sizes.get(layer), rows);
                Matrix weight = Matrix.view(weights[layer - 1], 0, sizes.get(layer), sizes.get(layer - 1));
                products.multiply(outputs, weight, inputs);
                products.multiply(weight, outputs, inputs.transposed());
                if (layer > 1) {
                    products.multiply(inputs, weight.transposed(), outputs);
                }
            }
            millis[round] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(millis);
        return millis[ROUNDS / 2];
    }

    /** Rows a second when all cores do so at once. */
    static double rowsASecond(Network network, int rows) {
        int cores = Runtime.getRuntime().availableProcessors();
        double slowest = IntStream.range(0, cores)
                .parallel()
                .mapToDouble(core -> millis(network, rows))
                .max()
                .orElseThrow();
        return 1e3 * cores * rows / slowest;
    }
}
