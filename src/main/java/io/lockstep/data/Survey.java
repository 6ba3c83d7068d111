package io.lockstep.data;

import io.lockstep.data.prepare.InputColumn;
import io.lockstep.data.prepare.Scaling;
import io.lockstep.data.source.TableColumn;
import io.lockstep.data.source.TableRow;
import io.lockstep.linalg.SparseMatrix;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What must be known of all training rows before one can be read: what written values mean, what is missing, how large
 * it is.
 */
final class Survey implements Serializable {
    private static final long serialVersionUID = 1;

    private static final int BYTES_OF_A_ROW = 48; // header, label, weight
    private static final int BYTES_OF_A_NUMBER = 10;
    private static final int BYTES_OF_A_TEXT = 3; // without the text

    // In memory
    private static final int BYTES_OF_AN_INPUT = Float.BYTES;
    private static final int BYTES_OF_A_SPARSE_INPUT = Integer.BYTES + Float.BYTES;
    private static final int BYTES_OF_A_PREPARED_ROW = Integer.BYTES + Float.BYTES; // class, weight

    private final ColumnSurvey[] inputs;
    private final ColumnSurvey label;
    private long rows;

    /** Of one column. */
    static final class ColumnSurvey implements Serializable {
        private static final long serialVersionUID = 1;

        private final TableColumn column;
        private final boolean category;
        private long missing;
        private String firstMissing = "";
        private long present;
        private long numbers;
        private long nonZeros;
        private long truths;
        private long integers;
        private boolean leadingZeros;
        private String firstText = "";
        private long textBytes;
        private int width;

        ColumnSurvey(TableColumn column, boolean category) {
            this.column = column;
            this.category = category;
        }

        private void add(TableRow row, int i) {
            if (row.isMissing(i)) {
                firstMissing = missing++ == 0 ? row.place() : firstMissing;
                return;
            }
            present++;
            if (category || column.type() == TableColumn.Type.WRITTEN) {
                textBytes += BYTES_OF_A_TEXT + row.text(i).getBytes(StandardCharsets.UTF_8).length;
            }
            switch (column.type()) {
                case INTEGER, BOOLEAN -> number(row.number(i));
                case NUMBER -> {
                    double value = row.number(i);
                    number(value);
                    if (value == Math.rint(value) && Math.abs(value) <= 1L << 53) {
                        integers++;
                    } else if (firstText.isEmpty()) {
                        firstText = value + " in " + row.place();
                    }
                }
                case WRITTEN -> written(row, i);
                case ARRAY -> {
                    width = Math.max(width, row.length(i));
                    row.forEachValue(i, (index, value) -> number(value));
                }
                case TEXT, OTHER -> {}
            }
        }

        private void number(double value) {
            nonZeros += value != 0 ? 1 : 0;
        }

        private void written(TableRow row, int i) {
            String text = row.text(i);
            var number = Written.number(text);
            var truth = Written.truth(text);
            if (number.isPresent()) {
                numbers++;
                number(number.getAsDouble());
                leadingZeros |= Written.hasLeadingZero(text);
                integers += Written.plainInteger(text).isPresent() ? 1 : 0;
            } else if (truth.isPresent()) {
                truths++;
                number(truth.getAsDouble());
            }
            if (number.isEmpty() && firstText.isEmpty()) {
                firstText = InputReader.quoted(text) + " in " + row.place();
            }
        }

        private void add(ColumnSurvey later) {
            firstMissing = missing == 0 ? later.firstMissing : firstMissing;
            missing += later.missing;
            present += later.present;
            numbers += later.numbers;
            nonZeros += later.nonZeros;
            truths += later.truths;
            integers += later.integers;
            leadingZeros |= later.leadingZeros;
            firstText = firstText.isEmpty() ? later.firstText : firstText;
            textBytes += later.textBytes;
            width = Math.max(width, later.width);
        }

        TableColumn column() {
            return column;
        }

        long missing() {
            return missing;
        }

        /** Where the first missing value is. */
        String firstMissing() {
            return firstMissing;
        }

        long present() {
            return present;
        }

        /** Written values that are numbers. */
        long numbers() {
            return numbers;
        }

        /** Whether written numbers begin with a 0 that a number would not have. */
        boolean hasLeadingZeros() {
            return leadingZeros;
        }

        boolean areAllNumbers() {
            return numbers == present && !leadingZeros;
        }

        boolean areAllTruthValues() {
            return truths == present && present > 0;
        }

        boolean areAllIntegers() {
            return integers == present;
        }

        /** The first written value that is no number, or the first number that is no whole one, and where it is. */
        String firstText() {
            return firstText;
        }

        /** The length of the longest array. */
        int width() {
            return width;
        }

        private long bytes(boolean asText) {
            return asText ? textBytes : nonZeros * BYTES_OF_A_NUMBER;
        }
    }

    private Survey(List<InputColumn> inputs, List<TableColumn> columns) {
        this.inputs = IntStream.range(0, inputs.size())
                .mapToObj(i -> new ColumnSurvey(columns.get(i), inputs.get(i).kind() == InputColumn.Kind.CATEGORY))
                .toArray(ColumnSurvey[]::new);
        this.label = new ColumnSurvey(columns.get(inputs.size()), false);
    }

    /**
     * Surveys rows of a table, but those of weight 0.
     *
     * @param columns of the rows: the inputs, the label, the weight if there is one
     */
    static Survey of(Iterator<TableRow> rows, TableLayout layout, List<TableColumn> columns) {
        int inputCount = layout.inputs().size();
        Survey survey = new Survey(layout.inputs(), columns);
        rows.forEachRemaining(row -> {
            if (RowReader.weight(row, layout, columns) > 0) {
                survey.rows++;
                for (int i = 0; i < inputCount; i++) {
                    survey.inputs[i].add(row, i);
                }
                survey.label.add(row, inputCount);
            }
        });
        return survey;
    }

    /** With rows that come after these. */
    Survey plus(Survey later) {
        rows += later.rows;
        IntStream.range(0, inputs.length).forEach(i -> inputs[i].add(later.inputs[i]));
        label.add(later.label);
        return this;
    }

    /** Rows of a weight above 0. */
    long rows() {
        return rows;
    }

    List<ColumnSurvey> inputs() {
        return List.of(inputs);
    }

    ColumnSurvey label() {
        return label;
    }

    /** The size of the rows when they are dealt, about; the same from whatever files they come. */
    DataSize size(List<InputColumn> kinds, Scaling scaling) {
        long bytes = IntStream.range(0, inputs.length)
                .mapToLong(i -> inputs[i].bytes(kinds.get(i).kind() == InputColumn.Kind.CATEGORY))
                .sum();
        return new DataSize(rows, rows * BYTES_OF_A_ROW + bytes, heldBytes(kinds, scaling));
    }

    /**
     * With or without zeros, as shards will hold them. How many inputs a category will have is not known; but one of
     * them is 1.
     */
    private long heldBytes(List<InputColumn> kinds, Scaling scaling) {
        long numbers = 0;
        long nonZeros = 0;
        long categories = 0;
        for (int i = 0; i < inputs.length; i++) {
            if (kinds.get(i).kind() == InputColumn.Kind.CATEGORY) {
                categories += inputs[i].present;
            } else {
                numbers += rows * kinds.get(i).width();
                nonZeros += inputs[i].nonZeros;
            }
        }
        long others = scaling.keepsZeros(nonZeros, numbers) ? nonZeros : numbers;
        long prepared = rows * BYTES_OF_A_PREPARED_ROW;
        return SparseMatrix.pays(others + categories, numbers + categories)
                ? prepared + (others + categories) * BYTES_OF_A_SPARSE_INPUT
                : prepared + (numbers + categories) * BYTES_OF_AN_INPUT;
    }
}
