package io.lockstep.data;

import io.lockstep.data.prepare.ValueSink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads rows as {@link CanonicalRow} writes them.
 *
 * @param truthValues whether labels are truth values, which rows hold as texts
 */
record CanonicalRows(boolean truthValues) implements RowFraming {
    /** Hears a row's values other than 0, and then its end. */
    interface Visitor extends ValueSink {
        void end(Label label, double weight);
    }

    @Override
    public int end(byte[] rows, int row) {
        return row + CanonicalRow.HEADER_BYTES + view(rows).getInt(row);
    }

    @Override
    public RowHash hash(byte[] rows, int row) {
        ByteBuffer view = view(rows);
        RowHash ofContent = RowHash.of(rows, row + CanonicalRow.HEADER_BYTES, view.getInt(row));
        return new RowHash(ofContent.placement(), view.getLong(row + Integer.BYTES));
    }

    @Override
    public int compare(byte[] rows, int left, int right) {
        return Arrays.compareUnsigned(rows, left, end(rows, left), rows, right, end(rows, right));
    }

    void read(byte[] rows, int row, Visitor visitor) {
        ByteBuffer in = view(rows).position(row + CanonicalRow.HEADER_BYTES);
        int position = -1;
        while (true) {
            int head = varint(in);
            int kind = head & 3;
            if (kind == CanonicalRow.END) {
                Label label = label(in);
                visitor.end(label, in.getDouble());
                return;
            }
            position += 1 + (head >>> 2);
            switch (kind) {
                case CanonicalRow.NUMBER -> visitor.number(position, in.getDouble());
                case CanonicalRow.MISSING -> visitor.missing(position);
                default -> visitor.text(position, text(in));
            }
        }
    }

    private Label label(ByteBuffer in) {
        if (in.get() == CanonicalRow.LABEL_NUMBER) {
            return Label.of(in.getLong());
        }
        String text = text(in);
        return new Label(truthValues ? (Object) Boolean.valueOf(text) : text);
    }

    private static String text(ByteBuffer in) {
        int length = varint(in);
        String text = new String(in.array(), in.position(), length, StandardCharsets.UTF_8);
        in.position(in.position() + length);
        return text;
    }

    private static int varint(ByteBuffer in) {
        int value = 0;
        for (int shift = 0; ; shift += 7) {
            byte part = in.get();
            value |= (part & 0x7f) << shift;
            if (part >= 0) {
                return value;
            }
        }
    }

    private static ByteBuffer view(byte[] rows) {
        return ByteBuffer.wrap(rows).order(ByteOrder.LITTLE_ENDIAN);
    }
}
