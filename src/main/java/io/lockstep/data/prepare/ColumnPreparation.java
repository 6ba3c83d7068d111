package io.lockstep.data.prepare;

import java.io.Serializable;
import java.util.List;

/** From the values of one column to inputs of a network. */
public sealed interface ColumnPreparation extends Serializable {
    /** The column's name. */
    String name();

    /** How many values a row has in this column: more than one for arrays. */
    int valueCount();

    /** How many inputs they become. */
    int inputCount();

    /**
     * Numbers: a value x becomes the float nearest to (x − subtract) / divide.
     *
     * @param array whether the column holds arrays of numbers, or else single ones
     * @param subtract by value
     * @param divide by value, not 0
     * @param missing by value, instead of one that is missing; NaN if that is refused
     */
    record Numbers(String name, boolean array, double[] subtract, double[] divide, double[] missing)
            implements ColumnPreparation {
        @Override
        public int valueCount() {
            return subtract.length;
        }

        @Override
        public int inputCount() {
            return subtract.length;
        }
    }

    /**
     * One input for each category: 1 for the row's own, 0 for all others.
     *
     * @param categories in the order of their bytes in UTF-8
     * @param unseenAllowed whether a category that no training row has becomes zeros, or is refused
     * @param missingAllowed whether a missing value becomes zeros, or is refused
     */
    record Categories(String name, List<String> categories, boolean unseenAllowed, boolean missingAllowed)
            implements ColumnPreparation {
        public Categories {
            categories = List.copyOf(categories);
        }

        @Override
        public int valueCount() {
            return 1;
        }

        @Override
        public int inputCount() {
            return categories.size();
        }
    }

    /**
     * The bytes of an IDX file's rows: a byte b, in 0 to 255, becomes b · scale in float.
     *
     * @param scale finite and not 0
     */
    record Bytes(String name, int valueCount, float scale) implements ColumnPreparation {
        @Override
        public int inputCount() {
            return valueCount;
        }
    }
}
