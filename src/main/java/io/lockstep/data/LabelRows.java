package io.lockstep.data;

import java.io.Serializable;

/**
 * The rows of one label.
 *
 * @param lowestPlace the least {@link RowHash#splitPlace} among them
 * @param highestPlace the greatest
 */
record LabelRows(long count, double lowestPlace, double highestPlace) implements Serializable {
    static LabelRows of(RowHash row) {
        return new LabelRows(1, row.splitPlace(), row.splitPlace());
    }

    LabelRows plus(LabelRows other) {
        return new LabelRows(
                count + other.count,
                Math.min(lowestPlace, other.lowestPlace),
                Math.max(highestPlace, other.highestPlace));
    }
}
