package io.lockstep.data.source;

import io.lockstep.HadoopPaths;
import io.lockstep.LockstepException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.io.compress.CodecPool;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.hadoop.io.compress.Decompressor;
import org.apache.hadoop.util.LineReader;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The lines of a part of a text file in UTF-8, plain or compressed as its name says. A line ends with a line feed; a
 * carriage return before it stays in the line. A byte order mark is passed over.
 */
final class Lines implements Closeable {
    /** A longer one is a damaged file, and lines are held in memory. */
    static final int MAX_BYTES = 64 << 20;

    private static final byte[] LINE_FEED = {'\n'};
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final FilePart part;
    private final Configuration hadoop;
    private final InputStream stream;
    private final Decompressor decompressor;
    private final LineReader reader;
    private final long end;
    private final Text line = new Text();
    private long start; // of the current line
    private long next; // where the one after it begins

    private Lines(FilePart part, Configuration hadoop) throws IOException {
        this.part = part;
        this.hadoop = hadoop;
        Path path = part.file().toPath();
        FSDataInputStream file = HadoopPaths.open(HadoopPaths.fileSystem(path, hadoop), path);
        CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(path);
        decompressor = codec == null ? null : CodecPool.getDecompressor(codec);
        try {
            file.seek(part.start());
            stream = codec == null ? file : codec.createInputStream(file, decompressor);
        } catch (IOException | RuntimeException failure) {
            file.close();
            throw failure;
        }
        end = codec == null ? part.end() : Long.MAX_VALUE;
        reader = new LineReader(stream, LINE_FEED);
    }

    /** Whether the middle of a file can be read without its beginning. */
    static boolean canBeCut(TableFile file, Configuration hadoop) {
        return new CompressionCodecFactory(hadoop).getCodec(file.toPath()) == null;
    }

    static Lines open(FilePart part, Configuration hadoop) throws IOException {
        Lines lines = new Lines(part, hadoop);
        try {
            lines.next = part.start();
            if (part.start() > 0) {
                lines.skip(); // it belongs to the part before, which reads up to the end of the line at its own end
            }
            return lines;
        } catch (IOException | RuntimeException failure) {
            lines.close();
            throw failure;
        }
    }

    /**
     * Moves to the next line that begins in the part.
     *
     * @throws LockstepException of kind {@code DATA} if it is not UTF-8, or too long
     */
    boolean next() throws IOException {
        return next <= end && read();
    }

    /** Holds the line from its beginning up to {@link #length}. */
    byte[] bytes() {
        return line.getBytes();
    }

    int length() {
        return line.getLength();
    }

    /** Where the line begins in the file, decompressed. */
    long start() {
        return start;
    }

    String file() {
        return part.file().path();
    }

    /** The file and the line's number. */
    String place() {
        return place(start);
    }

    /**
     * The file and the number of a line.
     *
     * @param offset where it begins
     */
    String place(long offset) {
        return place(part.file(), offset, hadoop);
    }

    /** The file and the number of a line, for which the file is read up to there once more. */
    static String place(TableFile file, long offset, Configuration hadoop) {
        long number = 1;
        try (Lines lines = new Lines(FilePart.whole(file), hadoop)) {
            while (lines.next < offset && lines.skip()) {
                number++;
            }
        } catch (IOException failure) {
            return file.path();
        }
        return file.path() + ": line " + number;
    }

    /** A failure in the current line. */
    LockstepException refuse(String message) {
        return LockstepException.data(place() + ": " + message);
    }

    @Override
    public void close() throws IOException {
        try {
            stream.close();
        } finally {
            CodecPool.returnDecompressor(decompressor);
        }
    }

    private boolean skip() throws IOException {
        start = next;
        int consumed = reader.readLine(line, MAX_BYTES, Integer.MAX_VALUE);
        next += consumed;
        return consumed > 0;
    }

    private boolean read() throws IOException {
        if (!skip()) {
            return false;
        }
        if (next - start > MAX_BYTES) {
            throw refuse("expected lines of at most " + MAX_BYTES + " bytes, found a longer one");
        }
        if (start == 0 && startsWithMark()) {
            line.set(bytes(), BYTE_ORDER_MARK.length, length() - BYTE_ORDER_MARK.length);
        }
        if (!isAscii() && !UTF8String.fromBytes(bytes(), 0, length()).isValid()) {
            throw refuse("expected text in UTF-8, found other bytes; convert the file, for example by iconv -t UTF-8");
        }
        return true;
    }

    private boolean startsWithMark() {
        byte[] bytes = bytes();
        return length() >= BYTE_ORDER_MARK.length
                && bytes[0] == BYTE_ORDER_MARK[0]
                && bytes[1] == BYTE_ORDER_MARK[1]
                && bytes[2] == BYTE_ORDER_MARK[2];
    }

    private boolean isAscii() {
        byte[] bytes = bytes();
        int any = 0;
        for (int i = 0; i < length(); i++) {
            any |= bytes[i];
        }
        return any >= 0;
    }
}
