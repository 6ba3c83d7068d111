package io.lockstep.linalg;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The one encoding of float32 arrays, in files, messages and digests: little-endian, without a length. */
public final class FloatBytes {
    /** The byte order of the processors that Spark runs on, so that arrays are copied as they are. */
    public static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private static final int BLOCK_FLOATS = 1 << 13;

    private FloatBytes() {}

    /** All values in a new buffer, which is ready to be read. */
    public static ByteBuffer of(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, values.length));
        put(values, bytes);
        return bytes.flip();
    }

    /** Writes all values to a buffer, whatever its byte order, and moves its position behind them. */
    public static void put(float[] values, ByteBuffer target) {
        put(values, Range.all(values.length), target);
    }

    /** As above, a part of the values. */
    public static void put(float[] values, Range part, ByteBuffer target) {
        int count = part.to() - part.from();
        target.slice().order(ORDER).asFloatBuffer().put(values, part.from(), count);
        target.position(target.position() + Float.BYTES * count);
    }

    /**
     * Reads the next {@code count} values from a buffer, whatever its byte order, and moves its position behind them.
     */
    public static float[] get(ByteBuffer source, int count) {
        float[] values = new float[count];
        get(source, values, Range.all(count));
        return values;
    }

    /** As above, into a part of an array. */
    public static void get(ByteBuffer source, float[] values, Range part) {
        int count = part.to() - part.from();
        source.slice().order(ORDER).asFloatBuffer().get(values, part.from(), count);
        source.position(source.position() + Float.BYTES * count);
    }

    /**
     * Writes all values to a stream, a block at a time: Java's own serialisation writes an array of floats one by one,
     * and a block needs no second array of the same size.
     */
    public static void write(float[] values, DataOutput out) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(Float.BYTES * BLOCK_FLOATS).order(ORDER);
        for (int from = 0; from < values.length; from += BLOCK_FLOATS) {
            int count = Math.min(BLOCK_FLOATS, values.length - from);
            block.asFloatBuffer().put(values, from, count);
            out.write(block.array(), 0, Float.BYTES * count);
        }
    }

    /** Reads the next {@code count} values from a stream. */
    public static float[] read(DataInput in, int count) throws IOException {
        float[] values = new float[count];
        ByteBuffer block = ByteBuffer.allocate(Float.BYTES * BLOCK_FLOATS).order(ORDER);
        for (int from = 0; from < count; from += BLOCK_FLOATS) {
            int length = Math.min(BLOCK_FLOATS, count - from);
            in.readFully(block.array(), 0, Float.BYTES * length);
            block.asFloatBuffer().get(values, from, length);
        }
        return values;
    }
}
