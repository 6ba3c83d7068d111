package io.lockstep.data.source;

import java.io.IOException;
import java.util.Map;

/** A row of a file with columns that its directories name. */
final class DirectoryRow implements TableRow {
    private final TableRow row;
    private final int[] columns;
    private final String[] values;

    /**
     * @param columns by column: the place in the row of the file, or -1 if directories name it
     * @param values by column, of those that directories name
     */
    private DirectoryRow(TableRow row, int[] columns, String[] values) {
        this.row = row;
        this.columns = columns;
        this.values = values;
    }

    /**
     * @param files reads the other columns
     * @param count of all columns
     * @param named those that directories name
     */
    static Source.Reader reader(Source.Reader files, int count, Map<Integer, String> named) {
        int[] columns = new int[count];
        int next = 0;
        for (int i = 0; i < count; i++) {
            columns[i] = named.containsKey(i) ? -1 : next++;
        }
        return part -> {
            String[] values = new String[count];
            named.forEach(
                    (column, name) -> values[column] = part.file().directories().get(name));
            Rows rows = files.open(part);
            return new WithDirectories(rows, new DirectoryRow(rows.row(), columns, values));
        };
    }

    @Override
    public boolean isMissing(int column) {
        return columns[column] < 0 ? values[column] == null : row.isMissing(columns[column]);
    }

    @Override
    public long integer(int column) {
        return row.integer(inFile(column));
    }

    @Override
    public double number(int column) {
        return row.number(inFile(column));
    }

    @Override
    public String text(int column) {
        return columns[column] < 0 ? values[column] : row.text(columns[column]);
    }

    @Override
    public int length(int column) {
        return row.length(inFile(column));
    }

    @Override
    public void forEachValue(int column, ArrayValue each) {
        row.forEachValue(inFile(column), each);
    }

    @Override
    public Object value(int column) {
        return columns[column] < 0 ? values[column] : row.value(columns[column]);
    }

    @Override
    public String file() {
        return row.file();
    }

    @Override
    public String place() {
        return row.place();
    }

    private int inFile(int column) {
        if (columns[column] < 0) {
            throw new IllegalArgumentException("column " + column + " is written text, not a number or an array");
        }
        return columns[column];
    }

    /** The rows of a file with the same values of directories. */
    private record WithDirectories(Rows rows, TableRow row) implements Rows {
        @Override
        public boolean next() throws IOException {
            return rows.next();
        }

        @Override
        public void close() throws IOException {
            rows.close();
        }
    }
}
