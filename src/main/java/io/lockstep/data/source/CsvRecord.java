package io.lockstep.data.source;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Takes a record of a CSV file apart (RFC 4180); one object is used for all of a file. */
final class CsvRecord {
    /** A longer one is most likely a quote that was never closed. */
    private static final int MAX_BYTES = 16 << 20;

    private enum State {
        /** At the beginning of a field. */
        START,
        PLAIN,
        QUOTED,
        /** After a quote within quotes, which ends the field unless it is doubled. */
        CLOSED
    }

    /** A record that is not as it should be. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1;

        MalformedException(String message) {
            super(message);
        }
    }

    private final CsvOptions options;
    private byte[] text = new byte[1 << 10]; // of all fields, without quotes, one after the other
    private int length;
    private int[] ends = new int[16]; // of the fields in the text
    private boolean[] quoted = new boolean[16];
    private int count;
    private State state = State.START;

    CsvRecord(CsvOptions options) {
        this.options = options;
    }

    void clear() {
        length = 0;
        count = 0;
        state = State.START;
    }

    /**
     * Adds a line to the record.
     *
     * @return whether the record ends with it; otherwise the next line belongs to it too
     */
    boolean add(byte[] line, int lineLength) throws MalformedException {
        int stop = lineLength;
        if (state == State.QUOTED) {
            append((byte) '\n');
        }
        if (length + stop > MAX_BYTES) {
            throw new MalformedException("field " + (count + 1) + ": expected "
                    + (state == State.QUOTED ? "a closing quote" : "the end of the record") + " within "
                    + (MAX_BYTES >> 20) + " MB, found none");
        }
        text = length + stop > text.length ? Arrays.copyOf(text, Math.max(2 * text.length, length + stop)) : text;
        for (int i = 0; i < stop; i++) {
            byte next = line[i];
            if (next == '\r' && i == stop - 1 && state != State.QUOTED) {
                break; // of a line's end in two characters
            }
            if (state == State.QUOTED) {
                if (next == options.escape() && i + 1 < stop && line[i + 1] == options.quote()) {
                    append(options.quote());
                    i++;
                } else if (next == options.quote()) {
                    state = State.CLOSED;
                } else {
                    append(next);
                }
            } else if (next == options.delimiter()) {
                endField();
            } else if (state == State.START && next == options.quote()) {
                state = State.QUOTED;
            } else if (state == State.CLOSED) {
                throw new MalformedException("field " + (count + 1)
                        + ": expected a delimiter after the closing quote, found more text; a quote within quotes is"
                        + " written as " + options.escape() + options.quote());
            } else if (next == options.quote()) {
                throw new MalformedException("field " + (count + 1) + ": expected a quote only where a field begins or"
                        + " ends, found one within; put the field in quotes and write the quote as "
                        + options.escape() + options.quote());
            } else if (next == '\r') {
                throw new MalformedException("field " + (count + 1) + ": expected lines that end with a line feed,"
                        + " found a carriage return outside quotes");
            } else {
                state = State.PLAIN;
                append(next);
            }
        }
        if (state == State.QUOTED) {
            return false;
        }
        endField();
        return true;
    }

    int count() {
        return count;
    }

    /** Whether the record is an empty line. */
    boolean isBlank() {
        return count == 1 && isMissing(0);
    }

    /** A field of no characters that is not in quotes either. */
    boolean isMissing(int field) {
        return !quoted[field] && start(field) == ends[field];
    }

    String text(int field) {
        int start = start(field);
        return new String(text, start, ends[field] - start, StandardCharsets.UTF_8);
    }

    private int start(int field) {
        return field == 0 ? 0 : ends[field - 1];
    }

    private void append(int character) {
        if (length == text.length) {
            text = Arrays.copyOf(text, 2 * length);
        }
        text[length++] = (byte) character;
    }

    private void endField() {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, 2 * count);
            quoted = Arrays.copyOf(quoted, 2 * count);
        }
        ends[count] = length;
        quoted[count] = state == State.CLOSED;
        count++;
        state = State.START;
    }
}
