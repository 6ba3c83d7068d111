package io.lockstep.data.source;

import io.lockstep.LockstepException;
import java.io.IOException;
import java.util.List;

/** The rows of a part of a CSV file. */
final class CsvRows implements Rows, TableRow {
    private final Lines lines;
    private final CsvOptions options;
    private final boolean whole;
    private final List<String> header;
    private final int[] fields; // by column
    private final CsvRecord record;
    private boolean beforeHeader;
    private long start; // where the record begins

    /**
     * @param header the names of the file's columns
     * @param fields by column that is asked for: its place in the file
     */
    CsvRows(Lines lines, FilePart part, CsvOptions options, List<String> header, int[] fields) {
        this.lines = lines;
        this.options = options;
        this.header = header;
        this.fields = fields;
        whole = part.isWhole();
        record = new CsvRecord(options);
        beforeHeader = options.header() && part.start() == 0;
    }

    /** The first record that is not empty; one without fields if there is none. */
    static CsvRecord first(Lines lines, CsvOptions options) throws IOException {
        CsvRows rows = new CsvRows(
                lines, new FilePart(new TableFile(lines.file(), 0, null), 0, 0), options, List.of(), new int[0]);
        while (rows.read()) {
            if (!rows.record.isBlank()) {
                return rows.record;
            }
        }
        rows.record.clear();
        return rows.record;
    }

    @Override
    public boolean next() throws IOException {
        do {
            if (!read()) {
                return false;
            }
        } while (isPassedOver());
        if (record.count() != header.size()) {
            throw refuse("expected " + header.size() + " fields, as in the "
                    + (options.header() ? "header" : "first line") + ", found " + record.count());
        }
        return true;
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
        return record.isMissing(fields[column]);
    }

    @Override
    public long integer(int column) {
        throw notTyped();
    }

    @Override
    public double number(int column) {
        throw notTyped();
    }

    @Override
    public String text(int column) {
        return record.text(fields[column]);
    }

    @Override
    public int length(int column) {
        throw notTyped();
    }

    @Override
    public void forEachValue(int column, ArrayValue values) {
        throw notTyped();
    }

    @Override
    public Object value(int column) {
        return isMissing(column) ? null : text(column);
    }

    @Override
    public String file() {
        return lines.file();
    }

    @Override
    public String place() {
        return lines.place(start);
    }

    /** Whether the record is the header, or an empty line that stands for no value. */
    private boolean isPassedOver() {
        if (record.isBlank() && (header.size() > 1 || beforeHeader)) {
            return true;
        }
        boolean isHeader = beforeHeader;
        beforeHeader = false;
        return isHeader;
    }

    private boolean read() throws IOException {
        if (!lines.next()) {
            return false;
        }
        start = lines.start();
        record.clear();
        try {
            while (!record.add(lines.bytes(), lines.length())) {
                if (!whole) {
                    throw refuse("found a quoted field that goes on in the next line, which only files of up to "
                            + (FilePart.MAX_BYTES >> 20) + " MB may have; split the file, or write it as Parquet");
                }
                if (!lines.next()) {
                    throw refuse("expected a closing quote, found the end of the file");
                }
            }
        } catch (CsvRecord.MalformedException malformed) {
            throw refuse(malformed.getMessage());
        }
        return true;
    }

    private LockstepException refuse(String message) {
        return LockstepException.data(place() + ": " + message);
    }

    private static IllegalStateException notTyped() {
        return new IllegalStateException("a column of a CSV file is text");
    }
}
