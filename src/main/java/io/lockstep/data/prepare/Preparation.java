package io.lockstep.data.prepare;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * From a row's values to a network's inputs, column after column, in the natural order of their names.
 *
 * @param columns at least one; a single {@link ColumnPreparation.Bytes} for IDX files
 */
public record Preparation(List<ColumnPreparation> columns) implements Serializable {
    public Preparation {
        columns = List.copyOf(columns);
        boolean bytes = columns.stream().anyMatch(ColumnPreparation.Bytes.class::isInstance);
        if (columns.isEmpty() || bytes && columns.size() > 1) {
            throw new IllegalArgumentException(
                    "expected at least one column, and bytes by themselves, found " + columns.size() + " columns");
        }
        Set<String> names = new HashSet<>();
        for (ColumnPreparation column : columns) {
            if (!names.add(column.name())) {
                throw new IllegalArgumentException("expected each column once, found '" + column.name() + "' again");
            }
        }
    }

    /** Of rows of bytes without names. */
    public static Preparation ofBytes(int featureCount, float scale) {
        return new Preparation(List.of(new ColumnPreparation.Bytes("features", featureCount, scale)));
    }

    public int inputCount() {
        return columns.stream().mapToInt(ColumnPreparation::inputCount).reduce(0, Math::addExact);
    }

    public int valueCount() {
        return columns.stream().mapToInt(ColumnPreparation::valueCount).reduce(0, Math::addExact);
    }
}
