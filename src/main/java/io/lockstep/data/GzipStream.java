package io.lockstep.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * The content of all members of a gzip file (RFC 1952), read in a loop: the JDK's {@code GZIPInputStream} calls itself
 * for each empty member, and ignores bytes after the last one.
 *
 * <p>Bad data are a {@link ZipException}, data that end too early an {@link EOFException}, and other failures those of
 * the file.
 */
final class GzipStream extends FilterInputStream {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int MAX_TEXT_BYTES = 1 << 20;

    private GzipStream(InputStream members) {
        super(members);
    }

    static GzipStream of(InputStream file) throws IOException {
        try {
            return new GzipStream(GzipCompressorInputStream.builder()
                    .setInputStream(new Compressed(file))
                    .setDecompressConcatenated(true)
                    .get());
        } catch (IOException failure) {
            throw explained(failure);
        }
    }

    @Override
    public int read() throws IOException {
        try {
            return super.read();
        } catch (IOException failure) {
            throw explained(failure);
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        try {
            return super.read(target, offset, length);
        } catch (IOException failure) {
            throw explained(failure);
        }
    }

    private static IOException explained(IOException failure) {
        if (failure instanceof FileFailure file) {
            return file.cause;
        }
        if (failure instanceof EOFException) {
            return failure;
        }
        ZipException bad = new ZipException(failure.getMessage());
        bad.initCause(failure);
        return bad;
    }

    /** Carries a failure of the file through the gzip reader, whose own are plain {@link IOException}s too. */
    private static final class FileFailure extends IOException {
        private static final long serialVersionUID = 1;

        private final IOException cause;

        FileFailure(IOException cause) {
            super(cause);
            this.cause = cause;
        }
    }

    /**
     * The bytes of the file. The gzip reader takes headers byte by byte and all else in blocks, and collects the name
     * and the comment of a header in memory, however long they are; so their length is bounded here.
     */
    private static final class Compressed extends BufferedInputStream {
        private int singleBytes;

        Compressed(InputStream file) {
            super(file, BUFFER_BYTES);
        }

        @Override
        public int read() throws IOException {
            if (++singleBytes > MAX_TEXT_BYTES) {
                throw new ZipException("a header of more than " + MAX_TEXT_BYTES + " bytes");
            }
            try {
                return super.read();
            } catch (IOException failure) {
                throw new FileFailure(failure);
            }
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            singleBytes = 0;
            try {
                return super.read(target, offset, length);
            } catch (IOException failure) {
                throw new FileFailure(failure);
            }
        }
    }
}
