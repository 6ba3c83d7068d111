package io.lockstep.data;

import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Turns bytes of rows into numbers of a batch.
 *
 * @param featureScale by which each byte is multiplied
 * @param classLabels the label of each class, ascending
 */
public record RowDecoder(float featureScale, List<Integer> classLabels) implements Serializable {
    public RowDecoder {
        classLabels = List.copyOf(classLabels);
        if (!Float.isFinite(featureScale) || featureScale == 0) {
            throw new IllegalArgumentException("expected a finite feature scale other than 0, found " + featureScale);
        }
        for (int i = 1; i < classLabels.size(); i++) {
            if (classLabels.get(i - 1) >= classLabels.get(i)) {
                throw new IllegalArgumentException("expected ascending class labels, found " + classLabels);
            }
        }
    }

    /** For prepared rows, which are labelled with the number of their class. */
    static RowDecoder ofClasses(int classCount) {
        return new RowDecoder(1, IntStream.range(0, classCount).boxed().toList());
    }

    /** The class of a label; negative for one that is not known. */
    int classOf(int label) {
        int first = classLabels.get(0);
        boolean consecutive = classLabels.get(classLabels.size() - 1) - first == classLabels.size() - 1;
        if (consecutive) {
            return label >= first && label - first < classLabels.size() ? label - first : -1;
        }
        return Collections.binarySearch(classLabels, label);
    }
}
