package io.lockstep.nn;

import io.lockstep.linalg.Exponential;

/** The probabilities p_i = exp(z_i − max z) / Σ exp(z_j − max z), computed in double and rounded to float. */
final class Softmax {
    private Softmax() {}

    /**
     * The probabilities of each example, (classes × rows).
     *
     * @param logits z (classes × rows) from index 0; may be longer than that
     */
    static float[] of(float[] logits, int classes, int rows) {
        float[] probabilities = new float[Math.multiplyExact(classes, rows)];
        double[] exponentials = new double[classes];
        for (int column = 0; column < probabilities.length; column += classes) {
            double max = logits[column];
            for (int i = 1; i < classes; i++) {
                max = Math.max(max, logits[column + i]);
            }
            double sum = 0;
            for (int i = 0; i < classes; i++) {
                exponentials[i] = Exponential.exp(logits[column + i] - max);
                sum += exponentials[i];
            }
            for (int i = 0; i < classes; i++) {
                probabilities[column + i] = (float) (exponentials[i] / sum);
            }
        }
        return probabilities;
    }
}
