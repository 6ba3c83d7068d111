package io.lockstep.data.prepare;

/**
 * A value that cannot become an input. The message names the column and the value but not the place, which the reader
 * of the row knows. It has no stack trace, because a table may hold many such values.
 */
public final class UnfitValueException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String column;

    public UnfitValueException(String column, String problem) {
        super("column '" + column + "': " + problem, null, false, false);
        this.column = column;
    }

    public String column() {
        return column;
    }
}
