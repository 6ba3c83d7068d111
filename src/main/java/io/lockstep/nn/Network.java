package io.lockstep.nn;

import io.lockstep.RandomStream;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.linalg.Factor;
import io.lockstep.linalg.Matrix;
import io.lockstep.linalg.Products;
import io.lockstep.linalg.Range;
import io.lockstep.optim.Layout;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A softmax classifier of dense layers with ReLU between them, as functions of one flat parameter array:
 *
 * <pre>
 * A_0 = X,  Z_l = W_l·A_{l-1} + b_l,  A_l = max(Z_l, 0),  p = softmax(Z_L)
 * delta_L = w · (p − Y),  delta_l = (W_{l+1}ᵀ·delta_{l+1}) ⊙ [Z_l &gt; 0]
 * dW_l = delta_l·A_{l-1}ᵀ,  db_l = row sums of delta_l
 * </pre>
 *
 * <p>All sums are over the examples of a batch, each with its weight w; they are divided once, when the total is known.
 *
 * @param layers in order; no hidden layer (softmax regression) is one layer
 */
public record Network(List<Layer> layers) implements Serializable {
    public Network {
        layers = List.copyOf(layers);
        int end = 0;
        int inputs = layers.get(0).inputs();
        for (Layer layer : layers) {
            if (layer.inputs() != inputs || layer.weightOffset() != end) {
                throw new IllegalArgumentException(
                        "expected a layer of " + inputs + " inputs at offset " + end + ", found " + layer);
            }
            inputs = layer.outputs();
            end = layer.end();
        }
    }

    /**
     * The network of the given sizes, for example 784, 256, 10.
     *
     * @param sizes features, units of each hidden layer, classes
     * @throws ArithmeticException if the parameters are more than one array holds
     */
    public static Network of(List<Integer> sizes) {
        List<Layer> layers = new ArrayList<>();
        int offset = 0;
        for (int i = 1; i < sizes.size(); i++) {
            Layer layer = new Layer(sizes.get(i - 1), sizes.get(i), offset);
            layers.add(layer);
            offset = layer.end();
        }
        return new Network(layers);
    }

    /** Features, units of each hidden layer, classes. */
    public List<Integer> sizes() {
        return Stream.concat(Stream.of(featureCount()), layers.stream().map(Layer::outputs))
                .toList();
    }

    public int featureCount() {
        return layers.get(0).inputs();
    }

    public int classCount() {
        return layers.get(layers.size() - 1).outputs();
    }

    public int parameterCount() {
        return layers.get(layers.size() - 1).end();
    }

    /** Weights from N(0, 2 / inputs), biases 0 (He et al., "Delving deep into rectifiers", ICCV 2015, eq. 10). */
    public float[] initialParameters(long seed) {
        float[] parameters = new float[parameterCount()];
        IntStream.range(0, layers.size()).forEach(index -> {
            Layer layer = layers.get(index);
            RandomStream random = RandomStream.of(seed, RandomStream.Purpose.INITIALISATION, 0, index);
            double deviation = Math.sqrt(2.0 / layer.inputs());
            for (int i = layer.weightOffset(); i < layer.biasOffset(); i++) {
                parameters[i] = (float) (deviation * random.nextGaussian());
            }
        });
        return parameters;
    }

    /** The loss of a batch and its gradient, both as weighted sums over the examples, without penalty. */
    public GradientSum lossAndGradient(float[] parameters, Batch batch, Arithmetic arithmetic) {
        float[] gradient = new float[parameterCount()];
        LossSum loss = gradientInto(gradient, parameters, new Workspace(layers, arithmetic, batch), 0, Dropout.NONE);
        return new GradientSum(gradient, loss);
    }

    /**
     * As {@link #lossAndGradient}, for the batch of a workspace and the regularised loss; overwrites all of
     * {@code gradient}.
     *
     * @param random decides which units are dropped
     */
    public LossSum gradientInto(
            float[] gradient,
            float[] parameters,
            Workspace workspace,
            Regularization regularization,
            RandomStream random) {
        return gradientInto(
                gradient,
                parameters,
                workspace,
                regularization.labelSmoothing(),
                new Dropout(regularization.dropout(), random));
    }

    private LossSum gradientInto(
            float[] gradient, float[] parameters, Workspace workspace, double labelSmoothing, Dropout dropout) {
        Batch batch = workspace.batch();
        Products products = workspace.products();
        int rows = batch.rows();
        if (rows == 0) {
            Arrays.fill(gradient, 0f);
            return LossSum.ZERO;
        }
        float[] delta = logits(parameters, workspace, dropout);
        LossSum loss = new SoftmaxCrossEntropy(classCount(), labelSmoothing).lossSumAndDeltaInPlace(delta, batch);
        for (int index = layers.size() - 1; index >= 0; index--) {
            Layer layer = layers.get(index);
            Matrix deltas = Matrix.view(delta, 0, layer.outputs(), rows);
            Factor inputs = inputs(index, workspace);
            products.multiply(layer.weights(gradient), deltas, inputs.transposed());
            products.sumRows(deltas, gradient, layer.biasOffset());
            if (index > 0) {
                delta = workspace.inputDelta(index);
                Matrix inputDeltas = Matrix.view(delta, 0, layer.inputs(), rows);
                products.multiply(inputDeltas, layer.weights(parameters).transposed(), deltas);
                products.mask(inputDeltas, workspace.output(index - 1));
                dropout.scaleInPlace(delta, layer.inputs() * rows);
            }
        }
        return loss;
    }

    /** The loss of the batch of a workspace, as a weighted sum over the examples, without penalty. */
    public LossSum loss(float[] parameters, Workspace workspace) {
        return new SoftmaxCrossEntropy(classCount(), 0)
                .lossSum(logits(parameters, workspace, Dropout.NONE), workspace.batch());
    }

    /** The probability of each class for each example of the batch of a workspace: softmax(Z_L), (classes × rows). */
    public float[] probabilities(float[] parameters, Workspace workspace) {
        int rows = workspace.batch().rows();
        return rows == 0 ? new float[0] : Softmax.of(logits(parameters, workspace, Dropout.NONE), classCount(), rows);
    }

    /** Where in the parameters the weights and biases are, layer by layer. */
    public Layout layout() {
        return new Layout(layers.stream()
                .flatMap(layer -> Stream.of(
                        new Layout.Block(new Range(layer.weightOffset(), layer.biasOffset()), true),
                        new Layout.Block(new Range(layer.biasOffset(), layer.end()), false)))
                .toList());
    }

    /** The sizes as a person writes them, for example 784-256-10. */
    @Override
    public String toString() {
        return sizes().stream().map(String::valueOf).collect(Collectors.joining("-"));
    }

    /** The forward pass: writes and returns Z_L (classes × rows); the hidden outputs in the workspace hold A_l. */
    private float[] logits(float[] parameters, Workspace workspace, Dropout dropout) {
        int rows = workspace.batch().rows();
        Products products = workspace.products();
        float[] output = null;
        for (int index = 0; index < layers.size(); index++) {
            Layer layer = layers.get(index);
            Factor inputs = inputs(index, workspace);
            output = workspace.output(index);
            Matrix outputs = Matrix.view(output, 0, layer.outputs(), rows);
            products.multiply(outputs, layer.weights(parameters), inputs);
            if (index < layers.size() - 1) {
                products.addBiasAndRectify(outputs, parameters, layer.biasOffset());
                dropout.dropInPlace(output, layer.outputs() * rows);
            } else {
                products.addBias(outputs, parameters, layer.biasOffset());
            }
        }
        return output;
    }

    /** A_{l-1} (inputs × rows). */
    private Factor inputs(int index, Workspace workspace) {
        Batch batch = workspace.batch();
        return index == 0
                ? batch.inputs()
                : Matrix.view(workspace.output(index - 1), 0, layers.get(index).inputs(), batch.rows());
    }
}
