package io.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.Fuzz;
import io.lockstep.LockstepException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFuzzTest {
    private static final IdxData DATA = IdxData.clusters(40, 12, 3, 1);

    private static final Configuration HADOOP = new Configuration(); // takes longer to make than all else in a mutation

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

    /** Members that hold the content in any parts give its rows, whatever their headers say; all else is refused. */
    @Test
    void gzipMembersInAnyStructure() throws Exception {
        Path images = DATA.write(directory, "members");
        byte[] content = Files.readAllBytes(images);
        int refused = 0;
        for (int seed = 0; seed < 1200; seed++) {
            GzipMembers file = GzipMembers.of(content, new Random(seed));
            Files.write(images, file.bytes());
            if (file.fault().isEmpty()) {
                assertThat(rows(images))
                        .as("structure with seed " + seed)
                        .isEqualTo(DATA.rows().size());
            } else {
                refused++;
                assertThatThrownBy(() -> rows(images))
                        .as("structure with seed " + seed + ": " + file.fault().get())
                        .isInstanceOf(LockstepException.class)
                        .hasMessageContaining("members-images");
            }
        }
        assertThat(refused).isBetween(300, 900);
    }

    @Test
    void gzipMembersWithAllKindsOfHeaders() throws Exception {
        Path images = DATA.write(directory, "headers");
        byte[] members = GzipMembers.withAllHeaders(Files.readAllBytes(images));
        Fuzz.fuzz(members, 1000, content -> read(images, images, content));
    }

    @Test
    void fiftyThousandEmptyMembersBeforeTheData() throws Exception {
        Path images = DATA.write(directory, "empty");
        byte[] content = Files.readAllBytes(images);
        Files.write(images, GzipMembers.behindEmptyOnes(50_000, content));
        assertThat(rows(images)).isEqualTo(DATA.rows().size());
    }

    @Test
    void aNameInAHeaderThatNeverEnds() throws Exception {
        Path images = DATA.write(directory, "name");
        byte[] endless = new byte[8 << 20];
        Arrays.fill(endless, (byte) 'x');
        System.arraycopy(GzipMembers.HEADER_WITH_NAME, 0, endless, 0, GzipMembers.HEADER_WITH_NAME.length);
        Files.write(images, endless);
        assertThatThrownBy(() -> rows(images))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("corrupt gzip data in its header: a header of more than");
    }

    /** Reads all, and compares them with what was written. */
    private static int rows(Path images) throws Exception {
        IdxSource source = IdxSource.open(images.toString(), HADOOP);
        int count = 0;
        for (IdxSource.Part part : source.parts()) {
            try (IdxSource.Rows rows = IdxSource.Rows.open(part, source.hadoop())) {
                while (rows.hasNext()) {
                    byte[] row = rows.next();
                    assertThat(Arrays.copyOf(row, row.length - Integer.BYTES))
                            .isEqualTo(DATA.rows().get(count));
                    count++;
                }
            }
        }
        return count;
    }

    private static void read(Path images, Path target, byte[] content) throws Exception {
        Files.write(target, content);
        IdxSource source = IdxSource.open(images.toString(), HADOOP);
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
