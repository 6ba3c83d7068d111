package io.lockstep.bench;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;

/** More rows than MNIST has: its training rows several times, each time with other noise on the ink. */
final class NoisyMnist {
    private static final Path MNIST = Path.of("data/mnist");
    private static final int NOISE = 16;
    private static final int IMAGE_HEADER = 16;
    private static final int LABEL_HEADER = 8;

    private NoisyMnist() {}

    /** Writes images and, beside them, labels; returns the images file. */
    static Path write(Path directory, int times) throws IOException {
        Files.createDirectories(directory);
        byte[] images = read("train-images-idx3-ubyte.gz");
        byte[] labels = read("train-labels-idx1-ubyte.gz");
        String name = "mnist-x" + times;
        write(directory.resolve(name + "-labels-idx1-ubyte"), labels, LABEL_HEADER, times, 0);
        return write(directory.resolve(name + "-images-idx3-ubyte"), images, IMAGE_HEADER, times, NOISE);
    }

    private static byte[] read(String name) throws IOException {
        try (GZIPInputStream stream = new GZIPInputStream(Files.newInputStream(MNIST.resolve(name)))) {
            return stream.readAllBytes();
        }
    }

    private static Path write(Path file, byte[] content, int headerBytes, int times, int noise) throws IOException {
        ByteBuffer header = ByteBuffer.wrap(Arrays.copyOf(content, headerBytes));
        header.putInt(Integer.BYTES, header.getInt(Integer.BYTES) * times); // the second number counts the rows
        SplittableRandom random = new SplittableRandom(1);
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.write(header.array());
            byte[] copy = content.clone();
            for (int i = 0; i < times; i++) {
                for (int at = headerBytes; noise > 0 && at < content.length; at++) {
                    int ink = content[at] & 0xff;
                    copy[at] = (byte) (ink == 0 ? 0 : Math.min(255, Math.max(1, ink + random.nextInt(-noise, noise))));
                }
                out.write(copy, headerBytes, copy.length - headerBytes);
            }
        }
        return file;
    }
}
