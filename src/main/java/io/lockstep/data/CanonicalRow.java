package io.lockstep.data;

import io.lockstep.data.prepare.ValueSink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes rows of a table in the bytes that are their identity, whatever files and columns they come from. A value's
 * position counts the values of all input columns in the natural order of the columns' names. The content of a row is
 *
 * <pre>
 * each value but 0, ascending:  varint(positions since the last one · 4 + kind), then
 *                               a number as a double, or a text as varint(bytes) and UTF-8, or nothing if it is missing
 * varint(end)  label as kind and long, or kind and text  weight as a double
 * </pre>
 *
 * with numbers in little-endian order and one NaN. Before it stand its length, an int, and the half of a
 * {@link RowHash} that decides the split.
 */
final class CanonicalRow implements ValueSink {
    static final int NUMBER = 0;
    static final int MISSING = 1;
    static final int TEXT = 2;
    static final int END = 3;
    static final int LABEL_NUMBER = 0;
    static final int LABEL_TEXT = 1;

    /** Length of the content and place in the split. */
    static final int HEADER_BYTES = Integer.BYTES + Long.BYTES;

    private ByteBuffer buffer = ByteBuffer.allocate(1 << 10).order(ByteOrder.LITTLE_ENDIAN);
    private int next;

    /** Starts a row. */
    void begin() {
        buffer.clear().position(HEADER_BYTES);
        next = 0;
    }

    @Override
    public void number(int position, double value) {
        if (value != 0) {
            entry(position, NUMBER, Double.BYTES);
            buffer.putDouble(Double.isNaN(value) ? Double.NaN : value);
        }
    }

    @Override
    public void missing(int position) {
        entry(position, MISSING, 0);
    }

    @Override
    public void text(int position, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        entry(position, TEXT, bytes.length + Integer.BYTES + 1);
        varint(bytes.length);
        buffer.put(bytes);
    }

    /** Ends a row that decides its split by its content. */
    byte[] end(Label label, double weight) {
        finish(label, weight);
        long split = RowHash.of(buffer.array(), HEADER_BYTES, buffer.position() - HEADER_BYTES)
                .split();
        return framed(split);
    }

    /** Ends a row that goes with all others of the same key. */
    byte[] end(Label label, double weight, String splitKey) {
        finish(label, weight);
        byte[] key = splitKey.getBytes(StandardCharsets.UTF_8);
        return framed(RowHash.of(key, 0, key.length).split());
    }

    private void finish(Label label, double weight) {
        reserve(Integer.BYTES);
        varint(END);
        if (label.value() instanceof Long number) {
            reserve(1 + 2 * Long.BYTES);
            buffer.put((byte) LABEL_NUMBER).putLong(number);
        } else {
            byte[] text = label.toString().getBytes(StandardCharsets.UTF_8);
            reserve(1 + Integer.BYTES + 1 + text.length + Double.BYTES);
            buffer.put((byte) LABEL_TEXT);
            varint(text.length);
            buffer.put(text);
        }
        buffer.putDouble(weight);
    }

    private byte[] framed(long split) {
        buffer.putInt(0, buffer.position() - HEADER_BYTES).putLong(Integer.BYTES, split);
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private void entry(int position, int kind, int valueBytes) {
        reserve(2 * Integer.BYTES + valueBytes);
        varint((position - next) << 2 | kind);
        next = position + 1;
    }

    private void varint(int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            buffer.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        buffer.put((byte) rest);
    }

    private void reserve(int bytes) {
        if (buffer.remaining() < bytes) {
            ByteBuffer larger = ByteBuffer.allocate(
                            Math.max(2 * buffer.capacity(), Math.addExact(buffer.position(), bytes)))
                    .order(ByteOrder.LITTLE_ENDIAN);
            buffer = larger.put(buffer.flip());
        }
    }
}
