package io.lockstep;

import java.util.Arrays;
import java.util.Random;

/** Seeded damage to files. */
public final class Mutations {
    private static final int[] INTERESTING = {0, 1, -1, 0x7f, 0x80, 0xff, '"', '{', '[', '9', '-', '\\', '=', '\n'};

    private Mutations() {}

    /** One to four changes: bytes overwritten, bits flipped, parts cut, repeated, or moved, numbers replaced. */
    public static byte[] mutate(byte[] original, Random random) {
        byte[] bytes = original.clone();
        for (int change = random.nextInt(4); change >= 0; change--) {
            bytes = change(bytes, random);
        }
        return bytes;
    }

    private static byte[] change(byte[] bytes, Random random) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        // Headers are where the damage is interesting, so half of it happens among the first bytes.
        int at = random.nextInt(random.nextBoolean() ? bytes.length : Math.min(bytes.length, 64));
        int length = random.nextInt(Math.min(bytes.length - at, 40) + 1);
        return switch (random.nextInt(7)) {
            case 0 -> set(bytes, at, random.nextInt());
            case 1 -> set(bytes, at, INTERESTING[random.nextInt(INTERESTING.length)]);
            case 2 -> set(bytes, at, bytes[at] ^ 1 << random.nextInt(8));
            case 3 -> Arrays.copyOf(bytes, at);
            case 4 -> splice(bytes, at, at + length, new byte[0]);
            case 5 -> splice(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
            default -> {
                byte[] noise = new byte[1 + random.nextInt(8)];
                random.nextBytes(noise);
                yield splice(bytes, at, Math.min(bytes.length, at + noise.length), noise);
            }
        };
    }

    private static byte[] set(byte[] bytes, int at, int value) {
        byte[] changed = bytes.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] replacement) {
        byte[] changed = new byte[bytes.length - (to - from) + replacement.length];
        System.arraycopy(bytes, 0, changed, 0, from);
        System.arraycopy(replacement, 0, changed, from, replacement.length);
        System.arraycopy(bytes, to, changed, from + replacement.length, bytes.length - to);
        return changed;
    }
}
