package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.data.IdxData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.spark.SparkEnv;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockDirectoriesTest {
    private static final String LISTENERS = "spark.extraListeners";
    private static final Set<String> SEEN = new ConcurrentSkipListSet<>();

    /** Sees the permissions after each task of a run. */
    public static final class Observer extends SparkListener {
        @Override
        public void onTaskEnd(SparkListenerTaskEnd end) {
            try {
                for (String directory :
                        SparkEnv.get().blockManager().diskBlockManager().localDirsString()) {
                    SEEN.add(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(directory))));
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    @Test
    void blocksOfARunAreWrittenWhereOtherUsersCannotReadThem(@TempDir Path directory) throws IOException {
        Path images = IdxData.clusters(200, 8, 3, 1).write(directory, "train");
        System.setProperty(LISTENERS, Observer.class.getName());
        try {
            Lockstep.run("train", "--train", images, "--epochs", 1, "--output", directory.resolve("run"))
                    .digest();
        } finally {
            System.clearProperty(LISTENERS);
        }
        assertThat(SEEN).containsExactly("rwx------");
    }
}
