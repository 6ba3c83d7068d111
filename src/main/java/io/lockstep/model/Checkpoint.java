package io.lockstep.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.lockstep.LockstepException;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.metrics.EpochRecord;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.metrics.Split;
import io.lockstep.nn.LossSum;
import io.lockstep.optim.OptimizerState;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that is needed to go on with a training as if it had never stopped. On disk it is one safetensors file: arrays as
 * tensors, everything else as JSON in the file's metadata, and beside it a digest over all of both.
 *
 * @param runId of the run that the state belongs to
 * @param arithmetic of the JVMs that have computed so far
 * @param seconds of training so far
 * @param kept the epoch that is the result so far, if an epoch is complete
 * @param best the epoch with the best validation so far, if there was one with validation rows
 */
public record Checkpoint(
        String runId,
        RunIdentity identity,
        List<Arithmetic> arithmetic,
        TrainingState state,
        double seconds,
        Optional<KeptEpoch> kept,
        Optional<BestEpoch> best) {

    private static final int FORMAT_VERSION = 1;
    private static final String HEADER_KEY = "lockstep.checkpoint";
    private static final String DIGEST_KEY = "lockstep.sha256";
    private static final String PARAMETERS = "parameters";
    private static final String KEPT_PARAMETERS = "kept.parameters";
    private static final String SLOT_PREFIX = "optimizer.slot.";

    byte[] encode() {
        List<Tensor> tensors = new ArrayList<>();
        tensors.add(Tensor.vector(PARAMETERS, state.parameters()));
        List<float[]> slots = state.optimizerState().slots();
        for (int i = 0; i < slots.size(); i++) {
            tensors.add(Tensor.vector(SLOT_PREFIX + i, slots.get(i)));
        }
        kept.ifPresent(epoch -> tensors.add(Tensor.vector(KEPT_PARAMETERS, epoch.parameters())));
        Header header = new Header(
                FORMAT_VERSION,
                runId,
                identity,
                arithmetic,
                state.epoch(),
                state.step(),
                slots.size(),
                seconds,
                kept.map(epoch -> epoch.rows().stream().map(Row::of).toList()).orElse(List.of()),
                best.map(BestEpoch::epoch).orElse(0),
                best.map(BestEpoch::validationAccuracy).orElse(0.0));
        String json = Json.writeCompact(header);
        return Safetensors.encode(tensors, Map.of(HEADER_KEY, json, DIGEST_KEY, digest(json, tensors)));
    }

    /**
     * @param where names the file in messages
     * @throws LockstepException of kind {@code DATA} unless the file is a complete checkpoint, bit for bit
     */
    static Checkpoint decode(byte[] file, String where) {
        Safetensors.Content content = Safetensors.decode(file, where);
        List<Tensor> tensors = content.tensors();
        String json = content.metadata().get(HEADER_KEY);
        if (json == null) {
            throw LockstepException.data(where + ": expected a checkpoint, found a safetensors file without "
                    + HEADER_KEY + " in its metadata");
        }
        if (!digest(json, tensors).equals(content.metadata().get(DIGEST_KEY))) {
            throw LockstepException.data(where + ": the content does not have the digest that the file gives; damaged");
        }
        Header header = header(json, where);
        List<String> expected = new ArrayList<>(List.of(PARAMETERS));
        for (int i = 0; i < header.slots(); i++) {
            expected.add(SLOT_PREFIX + i);
        }
        if (!header.keptRows().isEmpty()) {
            expected.add(KEPT_PARAMETERS);
        }
        List<String> found = tensors.stream().map(Tensor::name).toList();
        int length = tensors.isEmpty() ? 0 : tensors.get(0).values().length;
        if (!found.equals(expected) || tensors.stream().anyMatch(tensor -> tensor.values().length != length)) {
            throw LockstepException.data(where + ": expected tensors " + expected + " of one length, found " + found);
        }
        OptimizerState optimizerState = new OptimizerState(tensors.subList(1, 1 + header.slots()).stream()
                .map(Tensor::values)
                .toList());
        Optional<KeptEpoch> kept = header.keptRows().isEmpty()
                ? Optional.empty()
                : Optional.of(new KeptEpoch(tensors.get(tensors.size() - 1).values(), rows(header, where)));
        TrainingState state = new TrainingState(tensors.get(0).values(), optimizerState, header.epoch(), header.step());
        return new Checkpoint(
                header.runId(), header.identity(), header.arithmetic(), state, header.seconds(), kept, header.best());
    }

    private static Header header(String json, String where) {
        try {
            Header header = Json.read(json, Header.class);
            if (header.formatVersion() != FORMAT_VERSION) {
                throw LockstepException.data(
                        where + ": expected checkpoint format " + FORMAT_VERSION + ", found " + header.formatVersion());
            }
            if (header.epoch() < 0 || header.step() < header.epoch() || header.slots() < 0 || header.slots() > 8) {
                throw LockstepException.data(where + ": impossible counters in the checkpoint's header");
            }
            return header;
        } catch (JsonProcessingException invalid) {
            throw LockstepException.data(
                    where + ": not a checkpoint's header: " + invalid.getOriginalMessage(), invalid);
        }
    }

    private static List<MetricsRow> rows(Header header, String where) {
        try {
            return header.keptRows().stream().map(Row::toMetrics).toList();
        } catch (IllegalArgumentException | NullPointerException | DateTimeException invalid) {
            throw LockstepException.data(where + ": not the metrics of an epoch: " + invalid.getMessage(), invalid);
        }
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
            List<Arithmetic> arithmetic,
            int epoch,
            long step,
            int slots,
            double seconds,
            List<Row> keptRows,
            int bestEpoch,
            double bestValidationAccuracy) {
        Optional<BestEpoch> best() {
            return bestEpoch == 0 ? Optional.empty() : Optional.of(new BestEpoch(bestEpoch, bestValidationAccuracy));
        }
    }

    /** A row of metrics as JSON; numbers keep all their bits. */
    private record Row(
            String split,
            double lossSum,
            long correctCount,
            long exampleCount,
            double penalty,
            double examplesPerSecond,
            int epoch,
            long step,
            double learningRate,
            double gradientNorm,
            double seconds,
            String timestamp) {
        static Row of(MetricsRow row) {
            EpochRecord at = row.at();
            return new Row(
                    row.split().name(),
                    row.sums().lossSum(),
                    row.sums().correctCount(),
                    row.sums().exampleCount(),
                    row.penalty(),
                    row.examplesPerSecond(),
                    at.epoch(),
                    at.step(),
                    at.learningRate(),
                    at.gradientNorm(),
                    at.seconds(),
                    at.timestamp().toString());
        }

        MetricsRow toMetrics() {
            EpochRecord at =
                    new EpochRecord(epoch, step, learningRate, gradientNorm, seconds, Instant.parse(timestamp));
            return new MetricsRow(
                    at,
                    Split.valueOf(split),
                    new LossSum(lossSum, correctCount, exampleCount),
                    penalty,
                    examplesPerSecond);
        }
    }
}
