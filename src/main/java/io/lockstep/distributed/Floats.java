package io.lockstep.distributed;

import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.nio.ByteBuffer;

/**
 * An array of numbers that travels in blocks of bytes: as it is, Java writes number by number, and a block at a time needs no
 * second array of the same size.
 */
final class Floats implements Externalizable {
    private static final long serialVersionUID = 1;
    private static final int BLOCK_BYTES = 1 << 15;

    private float[] values;

    /** For deserialisation only. */
    public Floats() {}

    Floats(float[] values) {
        this.values = values;
    }

    float[] values() {
        return values;
    }

    @Override
    public void writeExternal(ObjectOutput out) throws IOException {
        write(out, values);
    }

    @Override
    public void readExternal(ObjectInput in) throws IOException {
        values = read(in);
    }

    static void write(ObjectOutput out, float[] values) throws IOException {
        out.writeInt(values.length);
        ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
        int blockLength = BLOCK_BYTES / Float.BYTES;
        for (int from = 0; from < values.length; from += blockLength) {
            int count = Math.min(blockLength, values.length - from);
            block.asFloatBuffer().put(values, from, count);
            out.write(block.array(), 0, count * Float.BYTES);
        }
    }

    static float[] read(ObjectInput in) throws IOException {
        float[] values = new float[in.readInt()];
        ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
        int blockLength = BLOCK_BYTES / Float.BYTES;
        for (int from = 0; from < values.length; from += blockLength) {
            int count = Math.min(blockLength, values.length - from);
            in.readFully(block.array(), 0, count * Float.BYTES);
            block.asFloatBuffer().get(values, from, count);
        }
        return values;
    }
}
