package io.lockstep.inference;

import java.io.Serializable;

/**
 * A row with what the model says of it.
 *
 * @param kept values of columns that were to be kept
 * @param probabilities of the classes; null if the row cannot be scored
 * @param truth the class of its label; −1 if labels are not read
 * @param weight 1 if weights are not read
 * @param problem why the row cannot be scored; null if it is
 */
record ScoredRow(Object[] kept, float[] probabilities, int truth, double weight, String problem)
        implements Serializable {
    /** The most probable class, the first of equals. */
    int prediction() {
        int best = 0;
        for (int i = 1; i < probabilities.length; i++) {
            if (probabilities[i] > probabilities[best]) {
                best = i;
            }
        }
        return best;
    }
}
