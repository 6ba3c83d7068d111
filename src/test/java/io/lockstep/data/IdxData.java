package io.lockstep.data;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/**
 * Labelled rows of bytes in memory, to be written as IDX files in whatever way a test wants them.
 *
 * @param rows features of each row
 */
public record IdxData(List<byte[]> rows, List<Integer> labels) {
    public static final int QUARTER_LEFT = 204;
    public static final int FIFTH_LEFT = 220;

    /** Rows of {@code classes} clusters with noise, some of them twice: easy, but not trivial, to tell apart. */
    public static IdxData clusters(int rowCount, int featureCount, int classes, long seed) {
        Random random = new Random(seed);
        Random centres = new Random(99);
        byte[][] centre = new byte[classes][featureCount];
        for (byte[] bytes : centre) {
            centres.nextBytes(bytes);
        }
        List<byte[]> rows = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        while (rows.size() < rowCount) {
            int label = random.nextInt(classes);
            byte[] row = new byte[featureCount];
            for (int i = 0; i < featureCount; i++) {
                int noisy = (centre[label][i] & 0xff) + (int) (60 * random.nextGaussian());
                row[i] = (byte) Math.max(0, Math.min(255, noisy));
            }
            for (int copy = random.nextInt(20) == 0 ? 2 : 1; copy > 0 && rows.size() < rowCount; copy--) {
                rows.add(row);
                labels.add(label);
            }
        }
        return new IdxData(rows, labels);
    }

    /**
     * The same with 0 for every byte below a threshold. Of clusters of 30 features and 5 classes, {@link #QUARTER_LEFT}
     * leaves so many that some shards leave out zeros in training and others do not.
     */
    public IdxData darkened(int threshold) {
        List<byte[]> darker = new ArrayList<>();
        for (byte[] row : rows) {
            byte[] copy = row.clone();
            for (int i = 0; i < copy.length; i++) {
                if ((copy[i] & 0xff) < threshold) {
                    copy[i] = 0;
                }
            }
            darker.add(copy);
        }
        return new IdxData(darker, labels);
    }

    public IdxData shuffled(long seed) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(seed));
        return new IdxData(
                order.stream().map(rows::get).toList(),
                order.stream().map(labels::get).toList());
    }

    public IdxData part(int from, int to) {
        return new IdxData(rows.subList(from, to), labels.subList(from, to));
    }

    /** Writes {@code NAME-images-idx3-ubyte} and its labels; returns the images file. */
    public Path write(Path directory, String name) throws IOException {
        Path images = directory.resolve(name + "-images-idx3-ubyte");
        Files.write(images, imageBytes());
        Files.write(directory.resolve(name + "-labels-idx1-ubyte"), labelBytes());
        return images;
    }

    /** The same, compressed; returns the images file. */
    public Path writeGzip(Path directory, String name) throws IOException {
        Path images = directory.resolve(name + "-images-idx3-ubyte.gz");
        Files.write(images, gzip(imageBytes()));
        Files.write(directory.resolve(name + "-labels-idx1-ubyte.gz"), gzip(labelBytes()));
        return images;
    }

    public byte[] imageBytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0x803);
        out.writeInt(rows.size());
        out.writeInt(1);
        out.writeInt(rows.get(0).length);
        for (byte[] row : rows) {
            out.write(row);
        }
        return bytes.toByteArray();
    }

    public byte[] labelBytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0x801);
        out.writeInt(labels.size());
        for (int label : labels) {
            out.writeByte(label);
        }
        return bytes.toByteArray();
    }

    public static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }
}
