package io.lockstep.training.checkpoint;

import static io.lockstep.training.checkpoint.Progress.expect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lockstep.LockstepException;
import io.lockstep.linalg.Machine;
import io.lockstep.optim.OptimizerState;
import io.lockstep.storage.Json;
import io.lockstep.storage.Safetensors;
import io.lockstep.storage.Tensor;
import io.lockstep.storage.WeightsDigest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run's progress with all that is needed to resume it with the same bits. On disk it is one safetensors file: arrays
 * as tensors, everything else as JSON in the file's metadata, and next to it a digest over all of both.
 *
 * @param runId of the run that made the progress
 * @param machines that have computed so far
 */
public record Checkpoint(String runId, RunIdentity identity, List<Machine> machines, Progress progress) {

    private static final int MAX_SLOTS = 8;
    /** 2 since AdamW keeps what it rounds, and slices of many small shards are of equal size. */
    private static final int FORMAT_VERSION = 2;

    private static final String HEADER_KEY = "lockstep.checkpoint";
    private static final String DIGEST_KEY = "lockstep.sha256";
    private static final String PARAMETERS = "parameters";
    private static final String KEPT_PARAMETERS = "kept.parameters";
    private static final String SLOT_PREFIX = "optimizer.slot.";

    public Checkpoint {
        machines = List.copyOf(machines);
        expect(!machines.isEmpty(), "the arithmetic of at least one JVM", machines);
    }

    TrainingState state() {
        return progress.state();
    }

    byte[] encode() {
        List<Tensor> tensors = new ArrayList<>();
        tensors.add(Tensor.vector(PARAMETERS, state().parameters()));
        List<float[]> slots = state().optimizerState().slots();
        for (int i = 0; i < slots.size(); i++) {
            tensors.add(Tensor.vector(SLOT_PREFIX + i, slots.get(i)));
        }
        progress.kept().ifPresent(epoch -> tensors.add(Tensor.vector(KEPT_PARAMETERS, epoch.parameters())));
        Header header = new Header(
                FORMAT_VERSION,
                runId,
                identity,
                machines,
                state().epoch(),
                state().step(),
                slots.size(),
                progress.seconds(),
                progress.kept().map(epoch -> KeptRows.of(epoch.metrics())).orElse(List.of()),
                progress.best().map(BestEpoch::epoch).orElse(0),
                progress.best().map(BestEpoch::score).orElse(0.0));
        String json = Json.writeCompact(header);
        return Safetensors.encode(tensors, Map.of(HEADER_KEY, json, DIGEST_KEY, digest(json, tensors)));
    }

    /**
     * @param where names the file in messages
     * @throws LockstepException of kind {@code DATA} unless the file is a complete checkpoint, bit for bit, and
     *     consistent
     */
    static Checkpoint decode(byte[] file, String where) {
        Safetensors.Content content = Safetensors.decode(file, where);
        String json = headerText(content.metadata(), where);
        if (!digest(json, content.tensors()).equals(content.metadata().get(DIGEST_KEY))) {
            throw LockstepException.data(where + ": the content does not have the digest that the file gives; damaged");
        }
        try {
            return of(header(json, where), content.tensors());
        } catch (IllegalArgumentException | NullPointerException inconsistent) {
            throw LockstepException.data(
                    where + ": inconsistent checkpoint: " + inconsistent.getMessage(), inconsistent);
        }
    }

    /**
     * The identity of the run that a file's beginning claims to belong to; nothing vouches for it.
     *
     * @throws LockstepException of kind {@code DATA} if it is not the beginning of a checkpoint
     */
    static RunIdentity identity(byte[] start, String where) {
        return header(headerText(Safetensors.metadata(start, where), where), where)
                .identity();
    }

    private static String headerText(Map<String, String> metadata, String where) {
        String json = metadata.get(HEADER_KEY);
        if (json == null) {
            throw LockstepException.data(where + ": expected a checkpoint, found a safetensors file without "
                    + HEADER_KEY + " in its metadata");
        }
        return json;
    }

    private static Header header(String json, String where) {
        try {
            Header header = Json.read(json, Header.class);
            if (header.formatVersion() != FORMAT_VERSION) {
                throw LockstepException.data(where + ": expected checkpoint format " + FORMAT_VERSION + ", found "
                        + header.formatVersion()
                        + ", of another version of Lockstep, which would continue with other bits;"
                        + " start the run anew");
            }
            return header;
        } catch (JsonProcessingException invalid) {
            throw LockstepException.data(
                    where + ": not a checkpoint's header: " + invalid.getOriginalMessage(), invalid);
        }
    }

    private static Checkpoint of(Header header, List<Tensor> tensors) {
        expect(header.slots() >= 0 && header.slots() <= MAX_SLOTS, "0 to " + MAX_SLOTS + " slots", header.slots());
        List<String> expected = new ArrayList<>(List.of(PARAMETERS));
        for (int i = 0; i < header.slots(); i++) {
            expected.add(SLOT_PREFIX + i);
        }
        if (!header.keptRows().isEmpty()) {
            expected.add(KEPT_PARAMETERS);
        }
        List<String> found = tensors.stream().map(Tensor::name).toList();
        expect(found.equals(expected), "tensors " + expected, found);
        int length = tensors.get(0).values().length;
        expect(tensors.stream().allMatch(tensor -> tensor.values().length == length), "tensors of one length", found);
        OptimizerState optimizerState = new OptimizerState(tensors.subList(1, 1 + header.slots()).stream()
                .map(Tensor::values)
                .toList());
        Optional<KeptEpoch> kept = header.keptRows().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new KeptEpoch(tensors.get(tensors.size() - 1).values(), KeptRows.metrics(header.keptRows())));
        TrainingState state = new TrainingState(tensors.get(0).values(), optimizerState, header.epoch(), header.step());
        return new Checkpoint(
                header.runId(),
                header.identity(),
                header.arithmetic(),
                new Progress(state, header.seconds(), kept, header.best()));
    }

    private static String digest(String header, List<Tensor> tensors) {
        return WeightsDigest.sha256(
                header.getBytes(StandardCharsets.UTF_8),
                tensors.stream().map(Tensor::values).toList());
    }

    /**
     * The JSON part of the file.
     *
     * @param bestEpoch 0 if there is none
     */
    private record Header(
            int formatVersion,
            String runId,
            RunIdentity identity,
            List<Machine> arithmetic,
            int epoch,
            long step,
            int slots,
            double seconds,
            List<ObjectNode> keptRows,
            int bestEpoch,
            double bestValidationAccuracy) {
        Optional<BestEpoch> best() {
            return bestEpoch == 0 ? Optional.empty() : Optional.of(new BestEpoch(bestEpoch, bestValidationAccuracy));
        }
    }
}
