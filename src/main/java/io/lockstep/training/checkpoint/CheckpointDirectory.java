package io.lockstep.training.checkpoint;

import io.lockstep.LockstepException;
import io.lockstep.storage.Directory;
import io.lockstep.storage.Safetensors;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest checkpoints of a run, each a file that is complete or absent, named {@code step-}, twelve digits,
 * {@code .safetensors}. Everything else in the directory is left alone.
 *
 * @param keepCount how many are kept, at least 1
 */
public record CheckpointDirectory(Directory directory, int keepCount) {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointDirectory.class);
    private static final Pattern NAME = Pattern.compile("step-(\\d{12})\\.safetensors");

    /** Writes a checkpoint and then removes those that are too old. */
    public void write(Checkpoint checkpoint) throws IOException {
        directory.write(name(checkpoint.state().step()), checkpoint.encode());
        List<String> names = newestFirst();
        for (String old : names.subList(Math.min(keepCount, names.size()), names.size())) {
            directory.delete(old);
        }
    }

    /** Removes the checkpoints of later steps. If training resumes at this step, they were unreadable. */
    public void removeAfter(long step) throws IOException {
        for (String name : newestFirst()) {
            if (step(name).orElseThrow() > step) {
                directory.delete(name);
            }
        }
    }

    /**
     * The checkpoint of the latest step, passing over damaged ones with a warning; none if there is no file.
     *
     * @param run that resumes
     * @throws LockstepException of kind {@code CONFIGURATION} or {@code DATA} if the checkpoint belongs to another run,
     *     of kind {@code DATA} if there are checkpoints but all are damaged
     */
    public Optional<Checkpoint> newest(RunIdentity run, CheckpointShape shape) throws IOException {
        LockstepException damage = null;
        for (String name : newestFirst()) {
            Checkpoint checkpoint;
            try {
                checkpoint = read(name, run, shape);
            } catch (LockstepException damaged) { // but not a file that cannot be read at the moment
                if (damaged.kind() != LockstepException.Kind.DATA) {
                    throw damaged;
                }
                LOG.warn("cannot resume from a damaged checkpoint: {}", damaged.getMessage());
                damage = damaged;
                continue;
            }
            checkpoint.identity().requireSame(run);
            return Optional.of(checkpoint);
        }
        if (damage != null) {
            throw damage;
        }
        return Optional.empty();
    }

    private Checkpoint read(String name, RunIdentity run, CheckpointShape shape) {
        String where = directory.file(name).toString();
        long length = directory.length(name);
        if (length > shape.largestFileBytes()) {
            // Of a larger network, perhaps: its beginning says so without reading the rest.
            Checkpoint.identity(directory.readStart(name, Safetensors.MAX_HEADER_BYTES), where)
                    .requireSame(run);
            throw LockstepException.data(where + ": expected a checkpoint of at most " + shape.largestFileBytes()
                    + " bytes for this network, found " + length);
        }
        Checkpoint checkpoint = Checkpoint.decode(directory.read(name, (int) length), where);
        if (checkpoint.state().step() != step(name).orElseThrow()) {
            throw LockstepException.data(where + ": expected the checkpoint of the step in its name, found step "
                    + checkpoint.state().step());
        }
        if (checkpoint.identity().equals(run)) {
            shape.require(checkpoint.state(), where);
        }
        return checkpoint;
    }

    private static String name(long step) {
        return String.format(Locale.ROOT, "step-%012d.safetensors", step);
    }

    private static OptionalLong step(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
    }

    private List<String> newestFirst() throws IOException {
        return directory.files().stream()
                .filter(name -> step(name).isPresent())
                .sorted(Comparator.reverseOrder())
                .toList();
    }
}
