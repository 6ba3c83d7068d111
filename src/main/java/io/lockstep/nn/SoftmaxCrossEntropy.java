package io.lockstep.nn;

import io.lockstep.linalg.Exponential;

/**
 * The cross-entropy −Σ_i t_i · ln p_i of p = softmax(z) against the smoothed target t = (1 − ε) · one-hot(label) + ε /
 * K of each of K classes. With m = max z and s = Σ exp(z − m) it is ln s − Σ_i t_i · (z_i − m), which no finite logits
 * can overflow. Loss and derivative of an example are multiplied by its weight w; a weight of 1 changes no bit of them.
 * {@link Exponential} and {@code StrictMath} give the same bits on every machine, interpreted or compiled.
 *
 * @param classes K
 * @param labelSmoothing ε, in [0, 1)
 */
record SoftmaxCrossEntropy(int classes, double labelSmoothing) {
    /**
     * The weighted loss summed over the examples.
     *
     * @param logits z (classes × rows) of the batch
     */
    LossSum lossSum(float[] logits, Batch batch) {
        return sum(logits, batch, false);
    }

    /** As {@link #lossSum}, and then turns the logits, in place, into w · dL/dz = w · (p − t). */
    LossSum lossSumAndDeltaInPlace(float[] logits, Batch batch) {
        return sum(logits, batch, true);
    }

    private LossSum sum(float[] logits, Batch batch, boolean writeDelta) {
        double share = labelSmoothing / classes;
        double[] exponentials = new double[classes];
        double lossSum = 0;
        double correctWeight = 0;
        double totalWeight = 0;
        for (int row = 0; row < batch.rows(); row++) {
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
            int truth = column + batch.labels()[row];
            float weight = batch.weights()[row];
            lossSum += weight * (StrictMath.log(sum) - (1 - labelSmoothing) * (logits[truth] - max) - share * shifted);
            correctWeight += largest == truth ? weight : 0;
            totalWeight += weight;
            if (writeDelta) {
                for (int i = 0; i < classes; i++) {
                    logits[column + i] = (float) (exponentials[i] / sum) - (float) share;
                }
                logits[truth] -= (float) (1 - labelSmoothing);
                for (int i = column; i < column + classes; i++) {
                    logits[i] *= weight;
                }
            }
        }
        return new LossSum(lossSum, correctWeight, totalWeight, batch.rows());
    }
}
