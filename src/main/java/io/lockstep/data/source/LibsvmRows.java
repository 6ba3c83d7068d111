package io.lockstep.data.source;

import io.lockstep.LockstepException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The rows of a part of a LibSVM file. */
final class LibsvmRows implements Rows, TableRow {
    /** A higher one is damage, and there are statistics of each feature. */
    static final int MAX_INDEX = 1 << 26;

    private final Lines lines;
    private final int width;
    private final boolean[] isLabel; // by column
    private byte[] line;
    private int at;
    private int end;
    private String label;
    private int featuresStart;
    private int[] indices = new int[64];
    private double[] values = new double[64];
    private int count;

    /**
     * @param width how many features a row has
     * @param isLabel by column: whether it is the label, or else the features
     */
    LibsvmRows(Lines lines, int width, boolean[] isLabel) {
        this.lines = lines;
        this.width = width;
        this.isLabel = isLabel.clone();
    }

    @Override
    public boolean next() throws IOException {
        do {
            if (!lines.next()) {
                return false;
            }
            line = lines.bytes();
            at = 0;
            end = endOfData();
        } while (isAtEnd());
        label = token();
        if (label.indexOf(':') >= 0) {
            throw lines.refuse("expected a label first, found " + label);
        }
        isAtEnd();
        featuresStart = at;
        count = 0;
        while (!isAtEnd()) {
            readFeature();
        }
        return true;
    }

    /** The last index of the row, counted from 1; 0 if it has none. */
    int highestIndex() {
        return count == 0 ? 0 : indices[count - 1] + 1;
    }

    @Override
    public TableRow row() {
        return this;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }

    @Override
    public boolean isMissing(int column) {
        return false;
    }

    @Override
    public long integer(int column) {
        throw new IllegalStateException("a label of a LibSVM file is text");
    }

    @Override
    public double number(int column) {
        throw new IllegalStateException("a label of a LibSVM file is text");
    }

    @Override
    public String text(int column) {
        if (!isLabel[column]) {
            throw new IllegalStateException("features are an array");
        }
        return label;
    }

    @Override
    public int length(int column) {
        return width;
    }

    @Override
    public void forEachValue(int column, ArrayValue each) {
        for (int i = 0; i < count; i++) {
            each.accept(indices[i], values[i]);
        }
    }

    /** The label, or the features as they are written. */
    @Override
    public Object value(int column) {
        return isLabel[column]
                ? label
                : new String(line, featuresStart, end - featuresStart, StandardCharsets.UTF_8).strip();
    }

    @Override
    public String file() {
        return lines.file();
    }

    @Override
    public String place() {
        return lines.place();
    }

    private int endOfData() {
        int comment = 0;
        while (comment < lines.length() && line[comment] != '#') {
            comment++;
        }
        return comment;
    }

    /** Moves to the next token, if there is one. */
    private boolean isAtEnd() {
        while (at < end && isSpace(line[at])) {
            at++;
        }
        return at == end;
    }

    private String token() {
        int start = at;
        while (at < end && !isSpace(line[at])) {
            at++;
        }
        return new String(line, start, at - start, StandardCharsets.UTF_8);
    }

    private void readFeature() {
        int start = at;
        long index = 0;
        while (at < end && line[at] >= '0' && line[at] <= '9' && index <= MAX_INDEX) {
            index = 10 * index + line[at++] - '0';
        }
        if (index > width) {
            throw refuse(start, "indices of at most " + width);
        }
        if (at == start || at == end || line[at] != ':') {
            throw refuse(start, "index:value");
        }
        at++;
        if (index == 0) {
            throw refuse(start, "indices from 1");
        }
        if (count > 0 && index <= indices[count - 1] + 1) {
            throw refuse(start, "indices that ascend after " + (indices[count - 1] + 1));
        }
        if (count == indices.length) {
            indices = Arrays.copyOf(indices, 2 * count);
            values = Arrays.copyOf(values, 2 * count);
        }
        indices[count] = (int) index - 1;
        values[count++] = finite(start);
    }

    private double finite(int start) {
        String text = token();
        char last = text.isEmpty() ? ':' : text.charAt(text.length() - 1);
        try {
            double value = Double.parseDouble(text);
            if (Double.isFinite(value) && (last == '.' || last >= '0' && last <= '9') && text.indexOf('x') < 0) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            // as below
        }
        throw refuse(start, "index:value with a finite number");
    }

    private LockstepException refuse(int start, String expected) {
        at = start;
        return lines.refuse("expected " + expected + ", found " + token());
    }

    private static boolean isSpace(byte character) {
        return character == ' ' || character == '\t' || character == '\r';
    }
}
