package io.lockstep.nn;

import io.lockstep.RandomStream;

/**
 * Sets the output of a hidden unit to 0 for a row with some probability, and else divides it by 1 − probability.
 *
 * @param probability in [0, 1)
 */
record Dropout(double probability, RandomStream random) {
    static final Dropout NONE = new Dropout(0, RandomStream.of(0, RandomStream.Purpose.DROPOUT, 0, 0));

    /** Writes the outputs of the units, which are at least 0; 32 random bits decide about one. */
    void dropInPlace(float[] outputs, int length) {
        if (probability == 0) {
            return;
        }
        long firstKept = (long) (probability * 0x1p32);
        float scale = keptScale();
        long bits = 0;
        for (int i = 0; i < length; i++) {
            bits = (i & 1) == 0 ? random.nextBits() : bits >>> 32;
            outputs[i] = (bits & 0xffffffffL) >= firstKept ? outputs[i] * scale : 0f;
        }
    }

    /**
     * Scales the gradient of the outputs. Dropped units need no mask: their output is 0, so the ReLU mask has cleared
     * them.
     */
    void scaleInPlace(float[] delta, int length) {
        if (probability == 0) {
            return;
        }
        float scale = keptScale();
        for (int i = 0; i < length; i++) {
            delta[i] *= scale;
        }
    }

    private float keptScale() {
        return (float) (1 / (1 - probability));
    }
}
