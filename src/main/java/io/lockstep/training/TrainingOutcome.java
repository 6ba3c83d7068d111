package io.lockstep.training;

import io.lockstep.data.ShardedDataset;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.metrics.Split;
import io.lockstep.nn.LossSum;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The result of a run.
 *
 * @param keptEpoch whose parameters are the result, counted from 1
 * @param rows the metrics of that epoch
 * @param inSample training and validation rows together
 * @param steps of the whole training
 * @param seconds of the whole training, without reading the data
 */
public record TrainingOutcome(
        String runId,
        int keptEpoch,
        List<MetricsRow> rows,
        LossSum inSample,
        long steps,
        double seconds,
        String weightsSha256,
        DataSummary data) {

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
        double penalty = rows.get(0).penalty();
        for (MetricsRow row : rows) {
            scores.put(row.split().label(), score(row.sums(), penalty));
        }
        scores.put("inSample", score(inSample, penalty));
        return scores;
    }

    private static Score score(LossSum sums, double penalty) {
        return new Score(sums.meanLoss() + penalty, sums.accuracy(), sums.exampleCount());
    }

    /** The content of {@code run.json}. */
    public Map<String, Object> toRecord(TrainingConfig config, Map<String, Object> environment) {
        Map<String, Object> result = new LinkedHashMap<>(scores());
        result.put("keptEpoch", keptEpoch);
        result.put("steps", steps);
        result.put("seconds", seconds);
        result.put("weightsSha256", weightsSha256);
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("runId", runId);
        record.put("config", config.toMap());
        record.put("environment", environment);
        record.put("data", data);
        record.put("result", result);
        return record;
    }
}
