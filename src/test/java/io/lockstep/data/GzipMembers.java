package io.lockstep.data;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * A gzip file of members made one by one (RFC 1952).
 *
 * @param fault why a reader has to refuse it, or empty
 */
record GzipMembers(byte[] bytes, Optional<String> fault) {
    static final byte[] HEADER_WITH_NAME = {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 3};

    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int ALL_HEADERS = HEADER_CRC | EXTRA | NAME | COMMENT;
    private static final int RESERVED = 0x20;

    /** The content in members of any size, empty ones among them; every other file has one fault. */
    static GzipMembers of(byte[] content, Random random) {
        int count = 1 + random.nextInt(random.nextInt(20) == 0 ? 300 : 6);
        int[] cuts = new int[count + 1];
        for (int i = 1; i < count; i++) {
            cuts[i] = random.nextInt(4) == 0 ? cuts[i - 1] : random.nextInt(content.length + 1);
        }
        cuts[count] = content.length;
        Arrays.sort(cuts);
        Fault[] faults = Fault.values();
        Fault fault = random.nextBoolean() ? Fault.NONE : faults[random.nextInt(faults.length)];
        int faulty = random.nextInt(count);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            byte[] part = Arrays.copyOfRange(content, cuts[i], cuts[i + 1]);
            byte[] member = member(part, random.nextInt(2) * random.nextInt(ALL_HEADERS + 1) & ALL_HEADERS, random);
            file.writeBytes(i == faulty ? fault.applyTo(member, random) : member);
            if (i == faulty && fault == Fault.CUT) {
                break;
            }
        }
        return new GzipMembers(
                file.toByteArray(), fault == Fault.NONE ? Optional.empty() : Optional.of(fault + " in " + faulty));
    }

    static byte[] withAllHeaders(byte[] content) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        Random random = new Random(1);
        for (int from = 0; from < content.length; from += 100) {
            byte[] part = Arrays.copyOfRange(content, from, Math.min(content.length, from + 100));
            file.writeBytes(member(part, ALL_HEADERS, random));
            file.writeBytes(member(new byte[0], ALL_HEADERS, random));
        }
        return file.toByteArray();
    }

    static byte[] behindEmptyOnes(int count, byte[] content) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        byte[] empty = member(new byte[0], 0, new Random(1));
        for (int i = 0; i < count; i++) {
            file.writeBytes(empty);
        }
        file.writeBytes(member(content, 0, new Random(1)));
        return file.toByteArray();
    }

    private static byte[] member(byte[] content, int flags, Random random) {
        ByteArrayOutputStream member = new ByteArrayOutputStream();
        member.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, (byte) flags, 1, 2, 3, 4, 0, 3});
        if ((flags & EXTRA) != 0) {
            byte[] field = new byte[random.nextInt(40)];
            random.nextBytes(field);
            writeShort(member, 4 + field.length);
            member.writeBytes(new byte[] {'L', 'S'});
            writeShort(member, field.length);
            member.writeBytes(field);
        }
        for (int text : new int[] {NAME, COMMENT}) {
            if ((flags & text) != 0) {
                member.writeBytes("ü\u001b[31m x".repeat(random.nextInt(20)).getBytes(StandardCharsets.UTF_8));
                member.write(0);
            }
        }
        if ((flags & HEADER_CRC) != 0) {
            writeShort(member, (int) crc(member.toByteArray()));
        }
        member.writeBytes(deflated(content, random.nextInt(10)));
        long crc = crc(content);
        writeShort(member, (int) crc);
        writeShort(member, (int) (crc >>> 16));
        writeShort(member, content.length);
        writeShort(member, content.length >>> 16);
        return member.toByteArray();
    }

    private static byte[] deflated(byte[] content, int level) {
        Deflater deflater = new Deflater(level, true);
        try {
            deflater.setInput(content);
            deflater.finish();
            byte[] deflated = new byte[2 * content.length + 100];
            return Arrays.copyOf(deflated, deflater.deflate(deflated));
        } finally {
            deflater.end();
        }
    }

    private static long crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }

    private static void writeShort(ByteArrayOutputStream out, int value) {
        out.write(value);
        out.write(value >>> 8);
    }

    /** What makes a file of good members a bad one. */
    private enum Fault {
        NONE,
        WRONG_CRC,
        WRONG_LENGTH,
        CUT,
        ZEROS,
        GARBAGE,
        FIRST_BYTE_OF_A_MEMBER,
        RESERVED_FLAG,
        UNKNOWN_METHOD;

        byte[] applyTo(byte[] member, Random random) {
            byte[] changed = member.clone();
            switch (this) {
                case WRONG_CRC -> changed[member.length - 5 - random.nextInt(4)] ^= (byte) (1 << random.nextInt(8));
                case WRONG_LENGTH -> changed[member.length - 1 - random.nextInt(4)] ^= (byte) (1 << random.nextInt(8));
                case CUT -> changed = Arrays.copyOf(member, member.length - 1 - random.nextInt(17));
                case ZEROS -> changed = Arrays.copyOf(member, member.length + 1 + random.nextInt(1000));
                case GARBAGE -> {
                    changed = Arrays.copyOf(member, member.length + 1 + random.nextInt(30));
                    for (int i = member.length; i < changed.length; i++) {
                        changed[i] = (byte) (0x20 + random.nextInt(90)); // never a member's first byte, 0x1f
                    }
                }
                case FIRST_BYTE_OF_A_MEMBER -> {
                    changed = Arrays.copyOf(member, member.length + 1);
                    changed[member.length] = 0x1f;
                }
                case RESERVED_FLAG -> changed[3] |= RESERVED;
                case UNKNOWN_METHOD -> changed[2] = (byte) random.nextInt(8);
                case NONE -> {}
            }
            return changed;
        }
    }
}
