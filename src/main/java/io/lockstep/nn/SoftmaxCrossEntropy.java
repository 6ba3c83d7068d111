package io.lockstep.nn;

import io.lockstep.linalg.Exponential;

/**
 * The cross-entropy −Σ_i t_i · ln p_i of p = softmax(z) against the smoothed target t = (1 − ε) · one-hot(label) + ε / K of
 * each of K classes. With m = max z and s = Σ exp(z − m) it is ln s − Σ_i t_i · (z_i − m), which no finite logits can
 * overflow. {@link Exponential} and {@code StrictMath} give the same bits on every machine, interpreted or compiled.
 *
 * @param classes K
 * @param labelSmoothing ε, in [0, 1)
 */
record SoftmaxCrossEntropy(int classes, double labelSmoothing) {
    /**
     * The loss summed over the examples.
     *
     * @param logits z (classes × rows)
     * @param labels the class of each example
     */
    LossSum lossSum(float[] logits, int[] labels, int rows) {
        return sum(logits, labels, rows, false);
    }

    /** As {@link #lossSum}, and then turns the logits, in place, into dL/dz = p − t. */
    LossSum lossSumAndDeltaInPlace(float[] logits, int[] labels, int rows) {
        return sum(logits, labels, rows, true);
    }

    private LossSum sum(float[] logits, int[] labels, int rows, boolean writeDelta) {
        double share = labelSmoothing / classes;
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
            double shifted = 0;
            for (int i = 0; i < classes; i++) {
                exponentials[i] = Exponential.exp(logits[column + i] - max);
                sum += exponentials[i];
                shifted += logits[column + i] - max;
            }
            int truth = column + labels[row];
            lossSum += StrictMath.log(sum) - (1 - labelSmoothing) * (logits[truth] - max) - share * shifted;
            correctCount += largest == truth ? 1 : 0;
            if (writeDelta) {
                for (int i = 0; i < classes; i++) {
                    logits[column + i] = (float) (exponentials[i] / sum) - (float) share;
                }
                logits[truth] -= (float) (1 - labelSmoothing);
            }
        }
        return new LossSum(lossSum, correctCount, rows);
    }
}
