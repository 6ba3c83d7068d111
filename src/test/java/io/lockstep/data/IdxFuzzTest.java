package io.lockstep.data;

import io.lockstep.Fuzz;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFuzzTest {
    private static final IdxData DATA = IdxData.clusters(40, 12, 3, 1);

    @TempDir
    private Path directory;

    @Test
    void plainImages() throws Exception {
        Path images = DATA.write(directory, "plain");
        Fuzz.fuzz(Files.readAllBytes(images), 1000, content -> read(images, images, content));
    }

    @Test
    void compressedImages() throws Exception {
        Path images = DATA.writeGzip(directory, "compressed");
        Fuzz.fuzz(Files.readAllBytes(images), 1000, content -> read(images, images, content));
    }

    @Test
    void labels() throws Exception {
        Path images = DATA.write(directory, "labelled");
        Path labels = directory.resolve("labelled-labels-idx1-ubyte");
        Fuzz.fuzz(Files.readAllBytes(labels), 500, content -> read(images, labels, content));
    }

    private static void read(Path images, Path target, byte[] content) throws Exception {
        Files.write(target, content);
        IdxSource source = IdxSource.open(images.toString(), new Configuration());
        for (IdxSource.Part part : source.parts()) {
            try (IdxSource.Rows rows = IdxSource.Rows.open(part, source.hadoop())) {
                readAll(rows);
            }
        }
    }

    private static void readAll(Iterator<byte[]> rows) {
        while (rows.hasNext()) {
            rows.next();
        }
    }
}
