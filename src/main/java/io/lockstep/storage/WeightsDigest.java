package io.lockstep.storage;

import io.lockstep.linalg.FloatBytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The figure by which the same bits are known. */
public final class WeightsDigest {
    private WeightsDigest() {}

    /** SHA-256, in hexadecimal, of the parameters as little-endian float32 in the order of the flat array. */
    public static String sha256(float[] parameters) {
        return sha256(new byte[0], List.of(parameters));
    }

    /** As {@link #sha256(float[])}, of some bytes and then arrays one after another. */
    public static String sha256(byte[] prefix, List<float[]> arrays) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(prefix);
            for (float[] array : arrays) {
                digest.update(FloatBytes.of(array));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
