package io.lockstep.inference;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;

/**
 * A row that is taken for another class than its own. The more confident the prediction is, the earlier it comes.
 *
 * @param truth index of its class
 * @param prediction index of the class that it is taken for
 * @param confidence the probability of that class
 * @param inputs of the network
 */
record Mistake(int truth, int prediction, float confidence, float[] inputs)
        implements Comparable<Mistake>, Serializable {
    private static final Comparator<Mistake> ORDER = Comparator.comparing(Mistake::confidence)
            .reversed()
            .thenComparing(Mistake::truth)
            .thenComparing(Mistake::prediction)
            .thenComparing(Mistake::inputs, Arrays::compare);

    @Override
    public int compareTo(Mistake other) {
        return ORDER.compare(this, other);
    }
}
