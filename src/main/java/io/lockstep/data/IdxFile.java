package io.lockstep.data;

import io.lockstep.HadoopPaths;
import io.lockstep.LockstepException;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * One IDX file, plain or gzip (told by its first bytes, not by its name), read as a stream of rows. The header is two
 * zero bytes, the type (8: unsigned byte), the number of dimensions, and each dimension as a big-endian int; the first
 * dimension counts the rows (LeCun, "The MNIST database of handwritten digits").
 *
 * <p>Every method throws a {@link LockstepException} of kind {@code DATA} that names the file if it is not as it should
 * be, and an {@link UncheckedIOException} if it cannot be read at the moment.
 */
final class IdxFile implements Closeable {
    private static final int UNSIGNED_BYTE = 8;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int MAX_ROW_BYTES = 16 << 20; // a header may promise anything, and a row is held in memory

    private final Path path;
    private final FSDataInputStream raw;
    private final InputStream stream;
    private final boolean compressed;
    private final int headerBytes;
    private final int rowCount;
    private final int rowBytes;

    private IdxFile(Path path, Configuration hadoop, int minimumDimensions) throws IOException {
        this.path = path;
        FileSystem fileSystem = HadoopPaths.fileSystem(path, hadoop);
        requireFile(path, fileSystem);
        raw = HadoopPaths.open(fileSystem, path);
        try {
            compressed = raw.read() == 0x1f && raw.read() == 0x8b;
            raw.seek(0);
            stream = compressed ? GzipStream.of(raw) : new BufferedInputStream(raw, BUFFER_BYTES);
            int dimensions = readType(minimumDimensions);
            headerBytes = Integer.BYTES * (1 + dimensions);
            rowCount = readDimension(0);
            long bytes = 1;
            for (int i = 1; i < dimensions; i++) {
                bytes *= readDimension(i);
                if (bytes > MAX_ROW_BYTES) {
                    throw LockstepException.data(
                            path + ": expected rows of at most " + MAX_ROW_BYTES + " bytes, found more");
                }
            }
            rowBytes = (int) bytes;
            if (!compressed) {
                checkLength(fileSystem.getFileStatus(path).getLen());
            }
        } catch (IOException | RuntimeException failure) {
            raw.close();
            throw failure;
        }
    }

    /**
     * Opens a file and reads its header.
     *
     * @param minimumDimensions 1 for labels, 2 for images
     */
    static IdxFile open(Path path, Configuration hadoop, int minimumDimensions) {
        try {
            return new IdxFile(path, hadoop, minimumDimensions);
        } catch (FileNotFoundException missing) {
            throw LockstepException.data(path + ": no such file", missing);
        } catch (IOException failure) {
            throw damaged(path, "in its header", failure);
        }
    }

    Path path() {
        return path;
    }

    boolean compressed() {
        return compressed;
    }

    int rowCount() {
        return rowCount;
    }

    int rowBytes() {
        return rowBytes;
    }

    /** Moves to a row; only a file that is not compressed can. */
    void seek(int row) {
        try {
            stream.skipNBytes((long) row * rowBytes);
        } catch (IOException failure) {
            throw damaged(path, "before row " + row, failure);
        }
    }

    /** Reads the next row, {@link #rowBytes} long, into the beginning of {@code row}. */
    void read(byte[] row, int number) {
        try {
            if (stream.readNBytes(row, 0, rowBytes) < rowBytes) {
                throw new EOFException();
            }
        } catch (IOException failure) {
            // The checksum behind the last row may be read with it.
            String where = number + 1 == rowCount ? "in or after its last row" : "in row " + number + " of " + rowCount;
            throw damaged(path, where, failure);
        }
    }

    /** Reads on to the end, where nothing may follow and the checksum of a gzip file must match. */
    void expectEnd() {
        try {
            if (stream.read() != -1) {
                throw LockstepException.data(path + ": expected the file to end after the " + rowCount
                        + " rows of its header, found more bytes");
            }
        } catch (IOException failure) {
            throw damaged(path, "after its last row", failure);
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }

    /** Opening a pipe would wait for somebody to write to it, and a device may never end; Hadoop calls both files. */
    private static void requireFile(Path path, FileSystem fileSystem) {
        if (fileSystem.getUri().getScheme().equals("file")) {
            File file = new File(path.toUri().getPath());
            if (file.exists() && !file.isFile()) {
                throw LockstepException.data(path + ": expected a file, found "
                        + (file.isDirectory() ? "a directory" : "a pipe, a socket or a device"));
            }
        }
    }

    private int readType(int minimumDimensions) throws IOException {
        int magic = readInt();
        int dimensions = magic & 0xff;
        if (magic >>> 8 != UNSIGNED_BYTE || dimensions < minimumDimensions) {
            throw LockstepException.data(String.format(
                    Locale.ROOT,
                    "%s: expected an IDX file of unsigned bytes with at least %d dimension(s), magic 0x%08x, found 0x%08x",
                    path,
                    minimumDimensions,
                    UNSIGNED_BYTE << 8 | minimumDimensions,
                    magic));
        }
        return dimensions;
    }

    private int readDimension(int index) throws IOException {
        int size = readInt();
        if (size < 1) {
            String found = index == 0 && size == 0 ? "no rows" : Integer.toUnsignedString(size);
            throw LockstepException.data(path + ": expected dimension " + index + " of the header to be from 1 to "
                    + Integer.MAX_VALUE + ", found " + found);
        }
        return size;
    }

    private int readInt() throws IOException {
        byte[] bytes = stream.readNBytes(Integer.BYTES);
        if (bytes.length < Integer.BYTES) {
            throw new EOFException();
        }
        return (bytes[0] & 0xff) << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | bytes[3] & 0xff;
    }

    private void checkLength(long found) {
        long expected = headerBytes + (long) rowCount * rowBytes;
        if (found != expected) {
            throw LockstepException.data(
                    path + ": expected " + expected + " bytes for the " + rowCount + " rows of its header, found "
                            + found + (found < expected ? " (truncated)" : " (trailing bytes)"));
        }
    }

    /**
     * Bad data where the file itself is the reason; anything else, such as a lost connection, may pass with a retry.
     */
    private static RuntimeException damaged(Path path, String where, IOException failure) {
        if (failure instanceof EOFException) {
            return LockstepException.data(path + ": truncated, the file ends " + where, failure);
        }
        if (failure instanceof ZipException) {
            return LockstepException.data(path + ": corrupt gzip data " + where + ": " + failure.getMessage(), failure);
        }
        return new UncheckedIOException(path + ": cannot be read " + where + ": " + failure.getMessage(), failure);
    }
}
