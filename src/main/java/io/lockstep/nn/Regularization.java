package io.lockstep.nn;

import java.io.Serializable;

/**
 * What training adds to the loss so that the network does not learn its rows by heart; evaluation has none of it.
 *
 * @param labelSmoothing ε in [0, 1): the target of a row is (1 − ε) · one-hot + ε / classes (Szegedy et al.,
 *     "Rethinking the Inception architecture for computer vision", CVPR 2016, sec. 7)
 * @param dropout in [0, 1): with this probability the output of a hidden unit is 0 for a row, and else divided by 1 −
 *     dropout, so that its mean stays (Srivastava et al., "Dropout", JMLR 2014, sec. 10)
 */
public record Regularization(double labelSmoothing, double dropout) implements Serializable {
    public static final Regularization NONE = new Regularization(0, 0);

    public Regularization {
        if (!(labelSmoothing >= 0 && labelSmoothing < 1) || !(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException(
                    "expected label smoothing and dropout in [0, 1), found " + labelSmoothing + " and " + dropout);
        }
    }
}
