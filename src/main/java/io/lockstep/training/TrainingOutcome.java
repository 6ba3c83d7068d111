package io.lockstep.training;

import io.lockstep.data.ShardedDataset;
import io.lockstep.data.Split;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.metrics.EpochTimes;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.nn.LossSum;
import io.lockstep.storage.WeightsDigest;
import io.lockstep.training.checkpoint.KeptEpoch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The result of a run.
 *
 * @param kept the epoch whose parameters are the result
 * @param steps of the whole training
 * @param seconds of the whole training, without reading the data
 * @param times where the time went since training was last started
 * @param partitions tasks a step
 * @param arithmetic of the executors, without repetition
 */
public record TrainingOutcome(
        String runId,
        KeptEpoch kept,
        long steps,
        double seconds,
        EpochTimes times,
        DataSummary data,
        int partitions,
        List<Arithmetic> arithmetic) {

    /** What was trained and judged on. */
    public record DataSummary(
            long trainExamples,
            long validationExamples,
            long testExamples,
            int classes,
            int features,
            int shards,
            String fingerprint) {
        static DataSummary of(ShardedDataset dataset) {
            return new DataSummary(
                    dataset.rowCount(Split.TRAIN),
                    dataset.rowCount(Split.VALIDATION),
                    dataset.rowCount(Split.TEST),
                    dataset.classLabels().size(),
                    dataset.featureCount(),
                    dataset.sharding().shardCount(),
                    dataset.fingerprint());
        }
    }

    /** Mean loss with penalty, accuracy and examples. */
    public record Score(double loss, double accuracy, long examples) {}

    /** Scores by name: {@code train}, {@code validation}, {@code inSample}, {@code test}, as far as there are rows. */
    public Map<String, Score> scores() {
        Map<String, Score> scores = new LinkedHashMap<>();
        double penalty = kept.rows().get(0).penalty();
        for (MetricsRow row : kept.rows()) {
            scores.put(row.split().label(), score(row.sums(), penalty));
        }
        scores.put("inSample", score(kept.inSample(), penalty));
        return scores;
    }

    /** The epoch whose parameters are the result, counted from 1. */
    public int keptEpoch() {
        return kept.at().epoch();
    }

    public String weightsSha256() {
        return WeightsDigest.sha256(kept.parameters());
    }

    private static Score score(LossSum sums, double penalty) {
        return new Score(sums.meanLoss() + penalty, sums.accuracy(), sums.exampleCount());
    }

    /** The content of {@code run.json}. */
    public Map<String, Object> toRecord(TrainingConfig config, Map<String, Object> environment) {
        Map<String, Object> result = new LinkedHashMap<>(scores());
        result.put("keptEpoch", keptEpoch());
        result.put("steps", steps);
        result.put("seconds", seconds);
        result.put("weightsSha256", weightsSha256());
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("runId", runId);
        record.put("config", Options.values(config));
        record.put("environment", environment);
        record.put("data", data);
        record.put("result", result);
        return record;
    }
}
