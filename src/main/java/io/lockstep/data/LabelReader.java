package io.lockstep.data;

import io.lockstep.data.prepare.UnfitValueException;
import io.lockstep.data.source.TableColumn;
import io.lockstep.data.source.TableRow;

/** Reads the labels of a table's rows as what they were taken for in training. */
public final class LabelReader {
    private final TableColumn.Type type;
    private final TableColumn column;
    private final int at;

    /**
     * @param type INTEGER, BOOLEAN or TEXT
     * @param column of the labels
     * @param at where in a row it is
     */
    public LabelReader(TableColumn.Type type, TableColumn column, int at) {
        this.type = type;
        this.column = column;
        this.at = at;
    }

    /** @throws UnfitValueException if the label is missing, or not of the type */
    public Label read(TableRow row) {
        if (row.isMissing(at)) {
            throw new UnfitValueException(column.name(), "expected a label, found none");
        }
        return switch (type) {
            case INTEGER -> Label.of(wholeNumber(row));
            case BOOLEAN -> new Label(truth(row));
            default -> new Label(row.text(at));
        };
    }

    private boolean truth(TableRow row) {
        return Written.truth(row.text(at)).orElseThrow(() -> unfit("true or false", row)) == 1;
    }

    private long wholeNumber(TableRow row) {
        return switch (column.type()) {
            case INTEGER -> row.integer(at);
            case NUMBER -> {
                double value = row.number(at);
                if (value != Math.rint(value) || Math.abs(value) > 1L << 53) {
                    throw unfit("a whole number", row);
                }
                yield (long) value;
            }
            default -> Written.plainInteger(row.text(at)).orElseThrow(() -> unfit("a whole number", row));
        };
    }

    private UnfitValueException unfit(String expected, TableRow row) {
        return new UnfitValueException(
                column.name(),
                "expected " + expected + " as label, as in the training data, found "
                        + InputReader.quoted(row.text(at)));
    }
}
