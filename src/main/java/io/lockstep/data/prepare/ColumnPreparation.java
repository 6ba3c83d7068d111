package io.lockstep.data.prepare;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
        public Numbers {
            int values = subtract.length;
            if (values == 0 || divide.length != values || missing.length != values || !array && values > 1) {
                throw new IllegalArgumentException("column '" + name + "': expected as many numbers to divide by and to"
                        + " fill in as to subtract, one unless it holds arrays, found " + divide.length + ", "
                        + missing.length + " and " + values);
            }
            for (int i = 0; i < values; i++) {
                if (!Double.isFinite(subtract[i])
                        || !Double.isFinite(divide[i])
                        || divide[i] == 0
                        || Double.isInfinite(missing[i])) {
                    throw new IllegalArgumentException("column '" + name + "': expected finite numbers and none that"
                            + " divides by 0, found subtract " + subtract[i] + ", divide " + divide[i] + ", missing "
                            + missing[i]);
                }
            }
        }

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
            for (int i = 1; i < categories.size(); i++) {
                if (compare(categories.get(i - 1), categories.get(i)) >= 0) {
                    throw new IllegalArgumentException(
                            "column '" + name + "': expected categories in ascending order, found '" + categories.get(i)
                                    + "' after '" + categories.get(i - 1) + "'");
                }
            }
        }

        private static int compare(String left, String right) {
            return Arrays.compareUnsigned(
                    left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
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
        public Bytes {
            if (valueCount < 1 || !Float.isFinite(scale) || scale == 0) {
                throw new IllegalArgumentException("expected at least one value and a finite scale other than 0, found "
                        + valueCount + " and " + scale);
            }
        }

        @Override
        public int inputCount() {
            return valueCount;
        }
    }
}
