package io.lockstep.data.source;

/**
 * A row of a table while it is read; the object is used again for the next row. Columns are counted from 0 in the order
 * in which they were asked for.
 *
 * <p>Methods that read a value expect one that is not missing. Where it cannot be read they throw a
 * {@link io.lockstep.LockstepException} of kind {@code DATA} that says where.
 */
public interface TableRow {
    boolean isMissing(int column);

    /** Of a column of type INTEGER. */
    long integer(int column);

    /**
     * Of a column of type INTEGER, NUMBER, or BOOLEAN, where it is 1 for true. A whole number that a double cannot hold
     * is refused, not rounded.
     */
    double number(int column);

    /** Of a column of any type but ARRAY and OTHER, as a person would write it. */
    String text(int column);

    /** How many values an array of a column of type ARRAY has. */
    int length(int column);

    /** Hands over the values of an array, in order; of a sparse one perhaps only those other than 0. */
    void forEachValue(int column, ArrayValue values);

    /** The value as a row of {@link Table#schema} holds it, of any type; null if it is missing. */
    Object value(int column);

    /** The file that the row comes from, for messages. */
    String file();

    /** Where the row is, for messages: the file, and where it is made of lines, the line. */
    String place();

    /** Hears the values of an array. */
    interface ArrayValue {
        /**
         * @param index counted from 0
         * @param value NaN where the array has none
         */
        void accept(int index, double value);
    }
}
