package io.lockstep.data;

import io.lockstep.LockstepException;
import io.lockstep.data.prepare.UnfitValueException;
import io.lockstep.data.source.TableColumn;
import io.lockstep.data.source.TableRow;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * From labelled rows of a table to canonical rows; those of weight 0 are left out.
 *
 * <p>Fails with a {@link LockstepException} of kind {@code DATA} for a value that is not what its column was taken for.
 */
final class RowReader implements Iterator<byte[]> {
    private final Iterator<TableRow> rows;
    private final TableLayout layout;
    private final List<TableColumn> columns;
    private final boolean withKey;
    private final InputReader inputs;
    private final LabelReader labels;
    private final CanonicalRow canonical = new CanonicalRow();
    private byte[] next;

    /**
     * @param columns of the rows, as the layout lists them
     * @param withKey whether the key decides the split, or else the content
     * @param missingAllowed whether inputs may be missing
     */
    RowReader(
            Iterator<TableRow> rows,
            TableLayout layout,
            List<TableColumn> columns,
            boolean withKey,
            boolean missingAllowed) {
        this.rows = rows;
        this.layout = layout;
        this.columns = columns;
        this.withKey = withKey;
        this.inputs = new InputReader(layout.inputs(), columns, missingAllowed);
        int inputCount = layout.inputs().size();
        this.labels = new LabelReader(layout.labelType(), columns.get(inputCount), inputCount);
    }

    @Override
    public boolean hasNext() {
        while (next == null && rows.hasNext()) {
            TableRow row = rows.next();
            double weight = weight(row, layout, columns);
            if (weight > 0) {
                next = read(row, weight);
            }
        }
        return next != null;
    }

    @Override
    public byte[] next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        byte[] row = next;
        next = null;
        return row;
    }

    private byte[] read(TableRow row, double weight) {
        canonical.begin();
        try {
            inputs.read(row, canonical);
            Label label = labels.read(row);
            return withKey ? canonical.end(label, weight, key(row)) : canonical.end(label, weight);
        } catch (UnfitValueException unfit) {
            throw LockstepException.data(row.place() + ": " + unfit.getMessage(), unfit);
        }
    }

    /** The values of the key's columns, told apart from each other and from missing ones. */
    private String key(TableRow row) {
        StringBuilder key = new StringBuilder();
        int first = columns.size() - layout.splitBy().size();
        for (int i = first; i < columns.size(); i++) {
            String text = row.isMissing(i) ? null : row.text(i);
            key.append(text == null ? "-" : text.length() + ":" + text);
        }
        return key.toString();
    }

    /** The weight of a row; 1 if the table has no weights. */
    static double weight(TableRow row, TableLayout layout, List<TableColumn> columns) {
        int at = layout.inputs().size() + 1;
        return layout.hasWeights() ? WeightReader.read(row, at, columns.get(at)) : 1;
    }
}
