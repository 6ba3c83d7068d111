package io.lockstep.nn;

/** The element-wise kernels between the matrix products. */
final class Activations {
    private Activations() {}

    /** z ← max(z, 0), in place. NaN stays NaN, so that a diverged network cannot look healthy. */
    static void reluInPlace(float[] z, int length) {
        for (int i = 0; i < length; i++) {
            z[i] = Math.max(z[i], 0f);
        }
    }

    /** delta ← delta ⊙ [activation > 0], in place. */
    static void maskInPlace(float[] delta, float[] activation, int length) {
        for (int i = 0; i < length; i++) {
            delta[i] = activation[i] > 0 ? delta[i] : 0f;
        }
    }

    /**
     * Softmax cross-entropy of each column of the logits z (classes × rows): with m = max z and s = Σ exp(z − m),
     * −ln p_j = ln s − (z_j − m), which no finite logits can overflow. {@code StrictMath} gives the same bits on every
     * machine, interpreted or compiled.
     */
    static LossSum softmaxLoss(float[] logits, int[] labels, int rows, int classes) {
        return softmax(logits, labels, rows, classes, false);
    }

    /** As {@link #softmaxLoss}, and then turns the logits, in place, into dL/dz = softmax(z) − one-hot(label). */
    static LossSum softmaxLossAndDeltaInPlace(float[] logits, int[] labels, int rows, int classes) {
        return softmax(logits, labels, rows, classes, true);
    }

    private static LossSum softmax(float[] logits, int[] labels, int rows, int classes, boolean writeDelta) {
        double[] exponentials = new double[classes];
        double lossSum = 0;
        long correctCount = 0;
        for (int row = 0; row < rows; row++) {
            int column = row * classes;
            int largest = column;
            for (int i = column + 1; i < column + classes; i++) {
                if (logits[i] > logits[largest]) {
                    largest = i;
                }
            }
            double max = logits[largest];
            double sum = 0;
            for (int i = 0; i < classes; i++) {
                exponentials[i] = StrictMath.exp(logits[column + i] - max);
                sum += exponentials[i];
            }
            int truth = column + labels[row];
            lossSum += StrictMath.log(sum) - (logits[truth] - max);
            correctCount += largest == truth ? 1 : 0;
            if (writeDelta) {
                for (int i = 0; i < classes; i++) {
                    logits[column + i] = (float) (exponentials[i] / sum);
                }
                logits[truth] -= 1f;
            }
        }
        return new LossSum(lossSum, correctCount, rows);
    }
}
