package io.lockstep.inference;

import java.io.Serializable;

/**
 * A labelled row that a model has scored.
 *
 * @param probabilities of each class, in the order of the model's classes, each in [0, 1]; not copied
 * @param truth index of the row's own class
 * @param weight finite and ≥ 0; a row of weight 0 counts nowhere
 */
public record Scored(float[] probabilities, int truth, double weight) implements Serializable {
    /** @throws IllegalArgumentException if a component is out of its range */
    public Scored {
        if (truth < 0 || truth >= probabilities.length) {
            throw new IllegalArgumentException(
                    "expected one of " + probabilities.length + " classes, found index " + truth);
        }
        if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("expected a finite weight ≥ 0, found " + weight);
        }
        for (float probability : probabilities) {
            if (!(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException("expected probabilities in [0, 1], found " + probability);
            }
        }
    }

    /** Index of the most probable class, the first of them where several are equally probable. */
    public int prediction() {
        int best = 0;
        for (int i = 1; i < probabilities.length; i++) {
            if (probabilities[i] > probabilities[best]) {
                best = i;
            }
        }
        return best;
    }

    /** How many classes come before the true one by descending probability; of equal ones the first comes first. */
    int rank() {
        int rank = 0;
        for (int i = 0; i < probabilities.length; i++) {
            if (probabilities[i] > probabilities[truth] || (probabilities[i] == probabilities[truth] && i < truth)) {
                rank++;
            }
        }
        return rank;
    }
}
