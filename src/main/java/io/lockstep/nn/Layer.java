package io.lockstep.nn;

import io.lockstep.linalg.Matrix;
import java.io.Serializable;
import java.util.Arrays;

/**
 * A dense layer, Z = W·X + b, as a place in the flat parameters: first W (outputs × inputs), column-major, then b.
 *
 * @param weightOffset index of the first weight
 */
public record Layer(int inputs, int outputs, int weightOffset) implements Serializable {
    public Layer {
        if (inputs < 1 || outputs < 1 || weightOffset < 0) {
            throw new IllegalArgumentException(
                    "expected positive sizes, found a layer of " + inputs + " inputs and " + outputs + " outputs");
        }
        Math.addExact(weightOffset, Math.addExact(Math.multiplyExact(inputs, outputs), outputs));
    }

    public int weightCount() {
        return inputs * outputs;
    }

    public int biasOffset() {
        return weightOffset + weightCount();
    }

    /** Index of the first number after this layer. */
    public int end() {
        return biasOffset() + outputs;
    }

    /** W (outputs × inputs) as a view of an array that is laid out like the parameters. */
    Matrix weights(float[] flat) {
        return Matrix.view(flat, weightOffset, outputs, inputs);
    }

    /** Adds b to every column of Z (outputs × rows), in place. */
    void addBiasInPlace(float[] parameters, float[] z, int rows) {
        int bias = biasOffset();
        for (int row = 0; row < rows; row++) {
            int column = row * outputs;
            for (int i = 0; i < outputs; i++) {
                z[column + i] += parameters[bias + i];
            }
        }
    }

    /** Writes the row sums of delta (outputs × rows) to b's place in {@code gradient}. */
    void biasGradientInto(float[] gradient, float[] delta, int rows) {
        int bias = biasOffset();
        Arrays.fill(gradient, bias, bias + outputs, 0f);
        for (int row = 0; row < rows; row++) {
            int column = row * outputs;
            for (int i = 0; i < outputs; i++) {
                gradient[bias + i] += delta[column + i];
            }
        }
    }
}
