package io.lockstep.training;

import io.lockstep.LockstepException;
import io.lockstep.data.ShardedDataset;
import io.lockstep.data.Split;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.linalg.Machine;
import io.lockstep.training.checkpoint.Checkpoint;
import io.lockstep.training.checkpoint.CheckpointShape;
import io.lockstep.training.checkpoint.Progress;
import io.lockstep.training.checkpoint.RunIdentity;
import io.lockstep.training.checkpoint.TrainingState;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where training starts: at the beginning, or at a checkpoint of the same run.
 *
 * @param machines that have had, or will have, a part in the result
 */
record StartingPoint(String runId, RunIdentity identity, List<Machine> machines, Optional<Checkpoint> checkpoint) {
    private static final Logger LOG = LoggerFactory.getLogger(StartingPoint.class);

    /**
     * Finds the newest checkpoint, if the run is to go on from one.
     *
     * @throws LockstepException of kind {@code CONFIGURATION} or {@code DATA} if the checkpoint does not belong to the
     *     run
     */
    static StartingPoint find(
            TrainingConfig config,
            Optional<WarmStart> warmStart,
            RunDirectory directory,
            ShardedDataset dataset,
            CheckpointShape shape)
            throws IOException {
        RunIdentity identity = identity(config, warmStart, dataset);
        CheckpointConfig checkpoints = config.run().checkpoints();
        Optional<Checkpoint> checkpoint = checkpoints.resume()
                ? directory.checkpoints(checkpoints.keep()).newest(identity, shape)
                : Optional.empty();
        if (checkpoint.isEmpty()) {
            directory.requireNoResult();
            return new StartingPoint(UUID.randomUUID().toString(), identity, dataset.machines(), checkpoint);
        }
        Checkpoint found = checkpoint.get();
        requireEpochs(found.progress().state(), config.run(), shape.stepsPerEpoch());
        Set<Machine> machines = new LinkedHashSet<>(found.machines());
        if (machines.addAll(dataset.machines()) && config.network().arithmetic() == Arithmetic.BREEZE) {
            LOG.warn(
                    "--arithmetic breeze: other machines computed the checkpoint, so the bits may differ: {}",
                    machines);
        }
        return new StartingPoint(found.runId(), identity, List.copyOf(machines), checkpoint);
    }

    /** @param training that starts here */
    Progress progress(Training training) {
        return checkpoint.map(Checkpoint::progress).orElseGet(training::beginning);
    }

    /** Removes what an interrupted run left of its future: metrics, damaged checkpoints, and the mark of completion. */
    void removeWhatCameAfter(RunDirectory directory) throws IOException {
        directory
                .metrics()
                .removeAfter(checkpoint
                        .map(found -> found.progress().state().epoch())
                        .orElse(0));
        if (checkpoint.isPresent()) {
            directory
                    .checkpoints(1)
                    .removeAfter(checkpoint.get().progress().state().step());
        }
        directory.removeResult();
    }

    private static RunIdentity identity(TrainingConfig config, Optional<WarmStart> warmStart, ShardedDataset dataset) {
        Map<String, String> data = new TreeMap<>();
        for (Split split : Split.values()) {
            data.put(split.label(), dataset.fingerprint(split) + " of " + dataset.rowCount(split));
        }
        Map<String, String> options = config.identity(dataset.sharding().shardCount());
        warmStart.ifPresent(start -> options.put("init-from", start.digest()));
        return new RunIdentity(options, data);
    }

    private static void requireEpochs(TrainingState state, RunConfig run, long stepsPerEpoch) {
        if (state.step() > run.epochs() * stepsPerEpoch) {
            throw LockstepException.configuration("cannot resume: --epochs: expected more than the " + state.epoch()
                    + " that the checkpoint has complete, found " + run.epochs());
        }
    }
}
