package io.lockstep.training.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.lockstep.LockstepException;
import io.lockstep.data.Split;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.metrics.EpochRecord;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.nn.LossSum;
import io.lockstep.optim.OptimizerState;
import io.lockstep.storage.Json;
import io.lockstep.storage.Safetensors;
import io.lockstep.storage.Tensor;
import io.lockstep.storage.WeightsDigest;
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

    private static final int MAX_SLOTS = 8;
    /** 2 since AdamW keeps what it rounds, and slices of many small shards are of equal size. */
    private static final int FORMAT_VERSION = 2;

    private static final String HEADER_KEY = "lockstep.checkpoint";
    private static final String DIGEST_KEY = "lockstep.sha256";
    private static final String PARAMETERS = "parameters";
    private static final String KEPT_PARAMETERS = "kept.parameters";
    private static final String SLOT_PREFIX = "optimizer.slot.";

    public Checkpoint {
        arithmetic = List.copyOf(arithmetic);
        int epoch = state.epoch();
        expect(!arithmetic.isEmpty(), "the arithmetic of at least one JVM", arithmetic);
        expect(epoch >= 0 && state.step() >= epoch, "a step from the number of epochs", state.step());
        expect(seconds >= 0 && Double.isFinite(seconds), "seconds from 0", seconds);
        expect(kept.isPresent() == (epoch > 0), "a result so far if, and only if, an epoch is complete", epoch);
        kept.ifPresent(result -> {
            expect(result.parameters().length == state.parameters().length, "as many parameters in the result", result);
            expect(
                    result.at().epoch() >= 1 && result.at().epoch() <= epoch,
                    "a result of a complete epoch",
                    result.at());
        });
        best.ifPresent(found -> {
            expect(found.epoch() >= 1 && found.epoch() <= epoch, "a best epoch that is complete", found);
            expect(
                    found.validationAccuracy() >= 0 && found.validationAccuracy() <= 1,
                    "an accuracy from 0 to 1",
                    found);
        });
    }

    private static void expect(boolean holds, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("expected " + expected + ", found " + found);
        }
    }

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
     * @throws LockstepException of kind {@code DATA} unless the file is a complete checkpoint, bit for bit, and consistent
     */
    static Checkpoint decode(byte[] file, String where) {
        Safetensors.Content content = Safetensors.decode(file, where);
        String json = headerText(content.metadata(), where);
        if (!digest(json, content.tensors()).equals(content.metadata().get(DIGEST_KEY))) {
            throw LockstepException.data(where + ": the content does not have the digest that the file gives; damaged");
        }
        try {
            return of(header(json, where), content.tensors());
        } catch (IllegalArgumentException | NullPointerException | DateTimeException inconsistent) {
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
                : Optional.of(new KeptEpoch(
                        tensors.get(tensors.size() - 1).values(),
                        header.keptRows().stream().map(Row::toMetrics).toList()));
        return new Checkpoint(
                header.runId(),
                header.identity(),
                header.arithmetic(),
                new TrainingState(tensors.get(0).values(), optimizerState, header.epoch(), header.step()),
                header.seconds(),
                kept,
                header.best());
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
