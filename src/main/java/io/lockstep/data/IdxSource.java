package io.lockstep.data;

import io.lockstep.HadoopPaths;
import io.lockstep.LockstepException;
import io.lockstep.data.source.TableFormat;
import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.apache.commons.io.IOUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Pairs of IDX files: images, and next to them labels, found by the usual naming ({@code images-idx3}, or of any other
 * number of dimensions, becomes {@code labels-idx1}, with or without {@code .gz}). Tasks stream the two files together,
 * a row at a time.
 */
public record IdxSource(RowFormat format, List<Part> parts, Configuration hadoop) implements DataSource {
    /** About how much of a plain file one task reads; a gzip file can only be read from its beginning. */
    private static final long PART_BYTES = 64L << 20;

    /** More is a damaged header, and sums of what headers promise must not overflow. */
    private static final long MAX_BYTES = 1L << 50;

    /** Rows {@code from} (inclusive) to {@code to} (exclusive) of a pair of files. */
    record Part(String images, String labels, int from, int to) implements Serializable {}

    /** Whether the files are named as IDX files usually are. */
    public static boolean isNamedSo(String uri) {
        String name = uri.substring(uri.lastIndexOf('/') + 1);
        boolean table = TableFormat.ofName(name).isPresent();
        return !table && (name.contains("idx") || name.contains("ubyte") || name.contains("images"));
    }

    /**
     * Opens a data set and checks all that can be checked without reading it.
     *
     * @param uri a file, a glob, or several of either, separated by commas
     * @throws LockstepException of kind {@code DATA}
     */
    public static IdxSource open(String uri, Configuration hadoop) {
        List<Part> parts = new ArrayList<>();
        Integer featureCount = null;
        long rowCount = 0;
        for (Path images : imageFiles(uri, hadoop)) {
            try (IdxFile imageFile = IdxFile.open(images, hadoop, 2);
                    IdxFile labelFile = IdxFile.open(labelFile(images, hadoop), hadoop, 1)) {
                checkPair(imageFile, labelFile);
                if (featureCount != null && featureCount != imageFile.rowBytes()) {
                    throw LockstepException.data(images + ": expected " + featureCount
                            + " features like the files before it, found " + imageFile.rowBytes());
                }
                featureCount = imageFile.rowBytes();
                rowCount += imageFile.rowCount();
                if (rowCount > MAX_BYTES / new RowFormat(featureCount).bytes()) {
                    throw LockstepException.data(images + ": expected headers that promise at most " + (MAX_BYTES >> 40)
                            + " TB altogether, found " + rowCount + " rows of " + featureCount
                            + " features up to here");
                }
                parts.addAll(parts(imageFile, labelFile));
            } catch (UncheckedIOException failure) {
                throw LockstepException.data(failure.getMessage(), failure);
            } catch (IOException failure) {
                throw LockstepException.data(images + ": cannot be read: " + failure.getMessage(), failure);
            }
        }
        return new IdxSource(new RowFormat(featureCount), parts, hadoop);
    }

    @Override
    public String place() {
        return parts.isEmpty() ? "idx files" : parts.get(0).images();
    }

    @Override
    public long rowCount() {
        return parts.stream().mapToLong(part -> part.to() - part.from()).sum();
    }

    @Override
    public JavaRDD<byte[]> rows(JavaSparkContext spark) {
        Broadcast<SerializableConfiguration> configuration = spark.broadcast(new SerializableConfiguration(hadoop));
        return spark.parallelize(parts, parts.size()).flatMap(part -> {
            Rows rows = Rows.open(part, configuration.value().value());
            TaskCompletionListener closing = context -> rows.close();
            TaskContext.get().addTaskCompletionListener(closing);
            return rows;
        });
    }

    private static List<Path> imageFiles(String uri, Configuration hadoop) {
        List<Path> files = new ArrayList<>();
        for (FileStatus status : Locations.find(uri, hadoop)) {
            if (status.isDirectory()) {
                throw LockstepException.data(status.getPath()
                        + ": expected a file of images, found a directory; name the file, or a glob such as "
                        + status.getPath() + "/*-images-idx3-ubyte.gz");
            }
            files.add(status.getPath());
        }
        return files;
    }

    private static Path labelFile(Path images, Configuration hadoop) throws IOException {
        String name = images.getName();
        int at = name.lastIndexOf("images");
        if (at < 0) {
            throw LockstepException.data(
                    images
                            + ": expected 'images' in the file's name, so that its labels can be found next to it under 'labels'");
        }
        String labels = name.substring(0, at)
                + name.substring(at).replace("images", "labels").replaceAll("idx[0-9]+", "idx1");
        String plain = labels.endsWith(".gz") ? labels.substring(0, labels.length() - ".gz".length()) : labels;
        FileSystem fileSystem = HadoopPaths.fileSystem(images, hadoop);
        for (String candidate : new LinkedHashSet<>(Arrays.asList(labels, plain, plain + ".gz"))) {
            Path path = HadoopPaths.child(images.getParent(), candidate);
            if (fileSystem.exists(path)) {
                return path;
            }
        }
        throw LockstepException.data(
                images + ": expected its labels next to it as " + plain + " or " + plain + ".gz, found neither");
    }

    private static void checkPair(IdxFile images, IdxFile labels) {
        if (labels.rowBytes() != 1) {
            throw LockstepException.data(
                    labels.path() + ": expected one byte a label, found rows of " + labels.rowBytes() + " bytes");
        }
        if (labels.rowCount() != images.rowCount()) {
            throw LockstepException.data(images.path() + ": expected as many labels as images, found "
                    + images.rowCount() + " images and " + labels.rowCount() + " labels in " + labels.path());
        }
    }

    private static List<Part> parts(IdxFile images, IdxFile labels) {
        int rows = images.rowCount();
        boolean whole = images.compressed() || labels.compressed();
        int rowsPerPart = whole ? rows : (int) Math.min(rows, Math.max(1, PART_BYTES / images.rowBytes()));
        return Stream.iterate(0, from -> from < rows, from -> from + Math.min(rowsPerPart, rows - from))
                .map(from -> new Part(
                        images.path().toString(),
                        labels.path().toString(),
                        from,
                        from + Math.min(rowsPerPart, rows - from)))
                .toList();
    }

    /** Streams the rows of a part; its maker closes it. */
    static final class Rows implements Iterator<byte[]>, Closeable {
        private final Part part;
        private final IdxFile images;
        private final IdxFile labels;
        private final RowFormat format;
        private final byte[] label = new byte[1];
        private int next;

        private Rows(Part part, IdxFile images, IdxFile labels) {
            this.part = part;
            this.images = images;
            this.labels = labels;
            format = new RowFormat(images.rowBytes());
            next = part.from();
        }

        static Rows open(Part part, Configuration hadoop) {
            IdxFile images = IdxFile.open(new Path(part.images()), hadoop, 2);
            IdxFile labels = null;
            try {
                labels = IdxFile.open(new Path(part.labels()), hadoop, 1);
                checkPair(images, labels);
                images.seek(part.from());
                labels.seek(part.from());
                return new Rows(part, images, labels);
            } catch (RuntimeException failure) {
                IOUtils.closeQuietly(images, labels);
                throw failure;
            }
        }

        @Override
        public boolean hasNext() {
            return next < part.to();
        }

        @Override
        public byte[] next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            byte[] row = new byte[format.bytes()];
            images.read(row, next);
            labels.read(label, next);
            format.setLabel(row, label[0] & 0xff);
            next++;
            if (next == images.rowCount()) {
                images.expectEnd();
                labels.expectEnd();
            }
            return row;
        }

        @Override
        public void close() {
            next = part.to();
            IOUtils.closeQuietly(images, labels);
        }
    }
}
