package io.lockstep.data.prepare;

/**
 * Hears the values of a row's inputs, ascending by position. A position counts the values of all input columns in the
 * natural order of their names; one that is left out is the number 0.
 */
public interface ValueSink {
    /** @param value finite */
    void number(int position, double value);

    void missing(int position);

    void text(int position, String value);
}
