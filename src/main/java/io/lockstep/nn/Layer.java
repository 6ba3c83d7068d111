package io.lockstep.nn;

import io.lockstep.linalg.Matrix;
import java.io.Serializable;

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
}
