package io.lockstep.data.source;

import io.lockstep.LockstepException;
import java.io.Serializable;

/**
 * How CSV files are written (RFC 4180): fields between delimiters; a field that has delimiters, quotes or new lines is
 * within quotes, and a quote in it is written as the escape and a quote.
 *
 * @param header whether the first line of each file names its columns; otherwise they are c1, c2, …
 * @param delimiter between fields, an ASCII character
 * @param quote an ASCII character
 * @param escape before a quote within quotes; the quote itself where quotes are doubled
 */
public record CsvOptions(boolean header, char delimiter, char quote, char escape) implements Serializable {
    /** With a header, commas and doubled double quotes. */
    public static final CsvOptions DEFAULT = new CsvOptions(true, ',', '"', '"');

    public CsvOptions {
        requireUsable("--csv-delimiter", delimiter);
        requireUsable("a quote", quote);
        requireUsable("an escape", escape);
        if (delimiter == quote || delimiter == escape) {
            throw LockstepException.configuration(
                    "--csv-delimiter: expected another character than that for quotes, found " + delimiter);
        }
    }

    private static void requireUsable(String what, char character) {
        if (character == 0 || character > 0x7e || character == '\n' || character == '\r') {
            throw LockstepException.configuration(
                    what + ": expected an ASCII character that ends no line, found '" + character + "'");
        }
    }

    /**
     * With doubled double quotes.
     *
     * @param delimiter one character, or {@code \t} written out
     * @throws LockstepException of kind {@code CONFIGURATION} if it is more than that
     */
    public static CsvOptions of(boolean header, String delimiter) {
        String text = delimiter.equals("\\t") ? "\t" : delimiter;
        if (text.length() != 1) {
            throw LockstepException.configuration(
                    "--csv-delimiter: expected one character, or \\t for a tab, found '" + delimiter + "'");
        }
        return new CsvOptions(header, text.charAt(0), '"', '"');
    }
}
