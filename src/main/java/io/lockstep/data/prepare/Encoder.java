package io.lockstep.data.prepare;

import io.lockstep.data.prepare.ColumnPreparation.Bytes;
import io.lockstep.data.prepare.ColumnPreparation.Categories;
import io.lockstep.data.prepare.ColumnPreparation.Numbers;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Turns single values of a row into inputs of a network, as a {@link Preparation} says. A value's position counts the
 * values of all columns, in their order, from 0. It keeps nothing of a row, so threads may share it.
 *
 * <p>A row begins as {@link #zeros}; then {@link #number}, {@link #category} or {@link #missing} give the inputs of its
 * values, of which numbers that are 0 can be left out, but no category and no missing value.
 */
public final class Encoder implements Serializable {
    private static final long serialVersionUID = 1;

    /** By position, the column, and the first of its value's inputs. */
    private final String[] columns;

    private final int[] inputs;
    private final int inputCount;

    // By position, of numbers.
    private final double[] subtract;
    private final double[] divide;
    private final double[] missing;

    /** By position, of categories; null for others. */
    private final Codes[] codes;

    /** Of bytes; 0 for tables. */
    private final float scale;

    /** The input of each category, counted from the first of its column. */
    private record Codes(Map<String, Integer> inputs, boolean unseenAllowed, boolean missingAllowed)
            implements Serializable {
        static Codes of(Categories column) {
            Map<String, Integer> inputs = new HashMap<>();
            column.categories().forEach(category -> inputs.put(category, inputs.size()));
            return new Codes(inputs, column.unseenAllowed(), column.missingAllowed());
        }
    }

    private Encoder(Preparation preparation) {
        int values = preparation.valueCount();
        this.inputCount = preparation.inputCount();
        this.columns = new String[values];
        this.inputs = new int[values];
        this.subtract = new double[values];
        this.divide = new double[values];
        this.missing = new double[values];
        this.codes = new Codes[values];
        this.scale = preparation.columns().get(0) instanceof Bytes bytes ? bytes.scale() : 0;
        int position = 0;
        int input = 0;
        for (ColumnPreparation column : preparation.columns()) {
            for (int i = 0; i < column.valueCount(); i++) {
                columns[position + i] = column.name();
                inputs[position + i] = input + i; // columns of several values have an input each
            }
            if (column instanceof Numbers numbers) {
                System.arraycopy(numbers.subtract(), 0, subtract, position, numbers.valueCount());
                System.arraycopy(numbers.divide(), 0, divide, position, numbers.valueCount());
                System.arraycopy(numbers.missing(), 0, missing, position, numbers.valueCount());
            } else if (column instanceof Categories categories) {
                codes[position] = Codes.of(categories);
            }
            position += column.valueCount();
            input += column.inputCount();
        }
    }

    public static Encoder of(Preparation preparation) {
        return new Encoder(preparation);
    }

    public int valueCount() {
        return inputs.length;
    }

    public int inputCount() {
        return inputCount;
    }

    /** The input of the number at a position, or the input of the first category. */
    public int input(int position) {
        return inputs[position];
    }

    public boolean isCategory(int position) {
        return codes[position] != null;
    }

    /** Writes the inputs of a row whose numbers are all 0 and which has no category yet. */
    public void zeros(float[] target, int offset) {
        Arrays.fill(target, offset, offset + inputCount, 0f);
        if (scale == 0) {
            for (int position = 0; position < inputs.length; position++) {
                if (codes[position] == null) {
                    target[offset + inputs[position]] = number(position, 0);
                }
            }
        }
    }

    /**
     * What the input of a number becomes: the float nearest to (value − subtract) / divide as computed in double.
     *
     * @param value NaN for one that is missing
     * @throws UnfitValueException if it is missing where that is refused, is infinite, or becomes too large for a float
     */
    public float number(int position, double value) {
        if (scale != 0) {
            return finite(position, value, (float) value * scale);
        }
        return Double.isNaN(value) ? missing(position) : prepared(position, value);
    }

    /**
     * What the input of a number becomes when it is missing; for a category nothing is to be written, and this is 0.
     *
     * @throws UnfitValueException if that is refused
     */
    public float missing(int position) {
        Codes code = codes[position];
        boolean allowed = code == null ? scale == 0 && !Double.isNaN(missing[position]) : code.missingAllowed();
        if (!allowed) {
            throw new UnfitValueException(
                    columns[position], "expected a value, found none; the model was trained without --missing mean");
        }
        return code == null ? prepared(position, missing[position]) : 0;
    }

    /**
     * The input that becomes 1; −1 for a category that the model does not know and may be given all the same.
     *
     * @throws UnfitValueException if it is unknown and that is refused
     */
    public int category(int position, String value) {
        Integer index = codes[position].inputs().get(value);
        if (index != null) {
            return inputs[position] + index;
        }
        if (!codes[position].unseenAllowed()) {
            throw new UnfitValueException(
                    columns[position], "expected one of the categories of the training data, found '" + value + "'");
        }
        return -1;
    }

    private float prepared(int position, double value) {
        return finite(position, value, (float) ((value - subtract[position]) / divide[position]));
    }

    private float finite(int position, double value, float input) {
        if (!Float.isFinite(input)) {
            throw new UnfitValueException(
                    columns[position],
                    Double.isFinite(value)
                            ? "expected a number that is finite once it is prepared, found " + value
                            : "expected a finite number, found " + value);
        }
        return input;
    }
}
