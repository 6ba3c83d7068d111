package io.lockstep.model;

import io.lockstep.AtomicFiles;
import io.lockstep.LockstepException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest checkpoints of a run, each a file that is complete or absent.
 *
 * @param keepCount how many are kept, at least 1
 */
public record CheckpointDirectory(Path path, int keepCount, Configuration hadoop) {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointDirectory.class);
    private static final String PATTERN = "step-*.safetensors";

    /** Writes a checkpoint and then removes those that are too old. */
    public void write(Checkpoint checkpoint) throws IOException {
        String name = String.format(
                Locale.ROOT, "step-%012d.safetensors", checkpoint.state().step());
        AtomicFiles.write(new Path(path, name), checkpoint.encode(), hadoop);
        List<Path> files = newestFirst();
        for (Path old : files.subList(Math.min(keepCount, files.size()), files.size())) {
            path.getFileSystem(hadoop).delete(old, false);
        }
    }

    /** Removes the files of later steps, which are damaged if training goes on from here. */
    public void removeAfter(long step) throws IOException {
        for (Path file : newestFirst()) {
            if (file.getName().compareTo(name(step)) > 0) {
                path.getFileSystem(hadoop).delete(file, false);
            }
        }
    }

    /**
     * The checkpoint of the latest step, passing over damaged ones with a warning; none if there is no file.
     *
     * @throws LockstepException of kind {@code DATA} if there are files but all are damaged
     */
    public Optional<Checkpoint> newest() throws IOException {
        LockstepException damage = null;
        for (Path file : newestFirst()) {
            try {
                return Optional.of(Checkpoint.decode(Files.read(file, Files.MAX_ARRAY, hadoop), file.toString()));
            } catch (LockstepException damaged) {
                LOG.warn("cannot resume from a damaged checkpoint: {}", damaged.getMessage());
                damage = damaged;
            }
        }
        if (damage != null) {
            throw damage;
        }
        return Optional.empty();
    }

    private static String name(long step) {
        return String.format(Locale.ROOT, "step-%012d.safetensors", step);
    }

    private List<Path> newestFirst() throws IOException {
        try {
            FileSystem fileSystem = path.getFileSystem(hadoop);
            FileStatus[] found = fileSystem.globStatus(new Path(path, PATTERN));
            return Arrays.stream(found == null ? new FileStatus[0] : found)
                    .map(FileStatus::getPath)
                    .sorted(Comparator.comparing(Path::getName).reversed())
                    .toList();
        } catch (FileNotFoundException none) {
            return List.of();
        }
    }
}
