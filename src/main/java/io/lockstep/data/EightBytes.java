package io.lockstep.data;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Eight bytes of an array as one number, the first in its lowest bits: most pixels are 0, and many next to each other.
 */
final class EightBytes {
    static final int COUNT = Long.BYTES;

    private static final long HIGHEST_BITS = 0x8080808080808080L;

    private static final VarHandle VIEW = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private EightBytes() {}

    /** Those from {@code index} to before {@code end}, at most eight; if there are fewer, the others are 0. */
    static long of(byte[] bytes, int index, int end) {
        int count = end - index;
        if (count >= COUNT) {
            return (long) VIEW.get(bytes, index);
        }
        long eight = 0;
        for (int i = 0; i < count; i++) {
            eight |= (bytes[index + i] & 0xffL) << (i * Byte.SIZE);
        }
        return eight;
    }

    static byte get(long eight, int index) {
        return (byte) (eight >>> (index * Byte.SIZE));
    }

    /** How many of them are not 0. */
    static int nonZeros(long eight) {
        // carries into the highest bit of each byte that has a lower one
        long carried = (eight & ~HIGHEST_BITS) + ~HIGHEST_BITS;
        return Long.bitCount((carried | eight) & HIGHEST_BITS);
    }

    /** How many zeros come before the first that is not 0; all eight if there is none. */
    static int zerosInFront(long eight) {
        return Long.numberOfTrailingZeros(eight) / Byte.SIZE;
    }

    /** Without the first ones, and zeros in their place behind the others. */
    static long without(long eight, int count) {
        return count == COUNT ? 0 : eight >>> (count * Byte.SIZE);
    }
}
