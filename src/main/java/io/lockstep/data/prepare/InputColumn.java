package io.lockstep.data.prepare;

import java.io.Serializable;

/**
 * A column of a table that a network learns from.
 *
 * @param kind what its values are taken for
 * @param width values of a row: 1 but for arrays
 */
public record InputColumn(String name, Kind kind, int width) implements Serializable {
    /** The column that a preparation was learned from. */
    public static InputColumn of(ColumnPreparation column) {
        Kind kind = column instanceof ColumnPreparation.Categories
                ? Kind.CATEGORY
                : column instanceof ColumnPreparation.Numbers numbers && !numbers.array() ? Kind.NUMBER : Kind.ARRAY;
        return new InputColumn(column.name(), kind, column.valueCount());
    }

    /** What values are taken for. */
    public enum Kind {
        NUMBER,
        CATEGORY,
        ARRAY
    }
}
