package io.lockstep.data;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * Turns bytes of rows into numbers of a batch.
 *
 * @param featureScale by which each byte is multiplied
 * @param classLabels the label of each class, ascending
 */
public record RowDecoder(float featureScale, List<Integer> classLabels) implements Serializable {
    public RowDecoder {
        classLabels = List.copyOf(classLabels);
    }

    /** Writes the features of one row from {@code targetOffset} on. */
    void decodeFeatures(byte[] rows, int offset, float[] target, int targetOffset, int featureCount) {
        for (int i = 0; i < featureCount; i++) {
            target[targetOffset + i] = (rows[offset + i] & 0xff) * featureScale;
        }
    }

    /** A table from label to class for {@link Arrays#binarySearch}. */
    int[] sortedLabels() {
        return classLabels.stream().mapToInt(Integer::intValue).toArray();
    }
}
