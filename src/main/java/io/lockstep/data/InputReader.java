package io.lockstep.data;

import io.lockstep.data.prepare.InputColumn;
import io.lockstep.data.prepare.UnfitValueException;
import io.lockstep.data.prepare.ValueSink;
import io.lockstep.data.source.TableColumn;
import io.lockstep.data.source.TableRow;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Reads the inputs of a table's rows, each column as what it was taken for in training, whatever its type in this
 * table.
 */
public final class InputReader {
    /** The square of a greater one could not be added any more. */
    private static final double GREATEST = 1e150;

    private final List<InputColumn> inputs;
    private final List<TableColumn> columns;
    private final boolean missingAllowed;

    /**
     * @param columns of the rows, of which the first are the inputs
     * @param missingAllowed whether values may be missing; if not, those that are, are refused
     */
    public InputReader(List<InputColumn> inputs, List<TableColumn> columns, boolean missingAllowed) {
        this.missingAllowed = missingAllowed;
        this.inputs = List.copyOf(inputs);
        this.columns = List.copyOf(columns);
    }

    /** @throws UnfitValueException if a value is not what its column was taken for */
    public void read(TableRow row, ValueSink sink) {
        int position = 0;
        for (int i = 0; i < inputs.size(); i++) {
            InputColumn input = inputs.get(i);
            if (row.isMissing(i)) {
                missing(input, position, sink);
            } else {
                switch (input.kind()) {
                    case NUMBER -> sink.number(position, number(row, i));
                    case CATEGORY -> sink.text(position, category(row, i));
                    case ARRAY -> array(row, i, position, sink);
                }
            }
            position += input.width();
        }
    }

    private void missing(InputColumn input, int position, ValueSink sink) {
        if (!missingAllowed) {
            throw new UnfitValueException(
                    input.name(), "expected a value, found none; with --missing mean, such values are replaced");
        }
        for (int i = 0; i < input.width(); i++) {
            sink.missing(position + i);
        }
    }

    private double number(TableRow row, int i) {
        TableColumn column = columns.get(i);
        return switch (column.type()) {
            case INTEGER, NUMBER, BOOLEAN -> finite(column.name(), row.number(i));
            case WRITTEN -> written(column.name(), row.text(i));
            case TEXT ->
                throw new UnfitValueException(
                        column.name(),
                        "expected a number, found the text " + quoted(row.text(i)) + "; store the column as numbers");
            case ARRAY, OTHER ->
                throw new UnfitValueException(column.name(), "expected a number, found " + column.type());
        };
    }

    private String category(TableRow row, int i) {
        TableColumn column = columns.get(i);
        return switch (column.type()) {
            case INTEGER, BOOLEAN, WRITTEN, TEXT -> row.text(i);
            case NUMBER, ARRAY, OTHER ->
                throw new UnfitValueException(column.name(), "expected a text, found another type of column");
        };
    }

    private void array(TableRow row, int i, int position, ValueSink sink) {
        InputColumn input = inputs.get(i);
        if (columns.get(i).type() != TableColumn.Type.ARRAY) {
            throw new UnfitValueException(input.name(), "expected an array of numbers, found another type of column");
        }
        int length = row.length(i);
        if (length != input.width()) {
            throw new UnfitValueException(
                    input.name(), "expected an array of " + input.width() + " numbers, found one of " + length);
        }
        row.forEachValue(i, (index, value) -> {
            if (Double.isNaN(value)) {
                missing(new InputColumn(input.name(), input.kind(), 1), position + index, sink);
            } else {
                sink.number(position + index, finite(input.name(), value));
            }
        });
    }

    private static double written(String column, String text) {
        OptionalDouble number = Written.number(text);
        if (number.isEmpty()) {
            number = Written.truth(text);
        }
        if (number.isEmpty()) {
            throw new UnfitValueException(column, "expected a number, found " + quoted(text));
        }
        return finite(column, number.getAsDouble());
    }

    private static double finite(String column, double value) {
        if (!(Math.abs(value) <= GREATEST)) {
            throw new UnfitValueException(
                    column,
                    "expected a number up to " + GREATEST + ", found " + value + "; write nothing for a missing value");
        }
        return value;
    }

    static String quoted(String text) {
        int most = 60;
        return "'" + (text.length() > most ? text.substring(0, most) + "…" : text) + "'";
    }
}
