package io.lockstep.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lockstep.LockstepException;
import io.lockstep.Version;
import io.lockstep.data.ShardedDataset;
import io.lockstep.data.Split;
import io.lockstep.linalg.Machine;
import io.lockstep.metrics.EpochMetrics;
import io.lockstep.nn.LossSum;
import io.lockstep.storage.Directory;
import io.lockstep.storage.Json;
import io.lockstep.storage.WeightsDigest;
import io.lockstep.training.checkpoint.KeptEpoch;
import java.io.IOException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A complete run, as {@code run.json} tells of it.
 *
 * @param initialisedFrom the digests of the weights that training began with, if not with random ones, the newest first
 * @param config the value of each option, by its name: a String, Boolean, Long or Double
 */
public record RunRecord(
        String runId,
        List<String> initialisedFrom,
        Map<String, Object> config,
        Environment environment,
        Data data,
        Result result) {
    /** The file's name in the run directory. */
    public static final String FILE = "run.json";

    /** 1 also where the file does not say, as those of 0.1.0. */
    private static final int FORMAT_VERSION = 1;

    private static final String VERSION_KEY = "formatVersion";
    private static final String INITIALISED_FROM = "initialisedFrom";
    private static final String IN_SAMPLE = "inSample";
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /**
     * What a run was made with, as far as it can explain different bits or a different speed.
     *
     * @param partitions tasks a step
     * @param engine the name of the one that ran the steps
     * @param executors what they compute with, without repetition
     */
    public record Environment(
            String lockstep, String spark, int partitions, String engine, String os, List<Machine> executors) {
        public Environment {
            executors = List.copyOf(executors);
            expect(partitions >= 1, "a number of partitions from 1", partitions);
        }

        static Environment of(JavaSparkContext spark, int partitions, String engine, List<Machine> executors) {
            String os = System.getProperty("os.name") + " " + System.getProperty("os.arch");
            return new Environment(Version.current(), spark.version(), partitions, engine, os, executors);
        }
    }

    /** What was trained and judged on. */
    public record Data(
            long trainExamples,
            long validationExamples,
            long testExamples,
            int classes,
            int features,
            int shards,
            String fingerprint) {
        public Data {
            expect(trainExamples >= 1, "training examples", trainExamples);
            expect(validationExamples >= 0, "a number of validation examples from 0", validationExamples);
            expect(testExamples >= 0, "a number of test examples from 0", testExamples);
            expect(classes >= 2, "at least two classes", classes);
            expect(features >= 1, "features", features);
            expect(shards >= 1, "shards", shards);
        }

        static Data of(ShardedDataset dataset) {
            return new Data(
                    dataset.rowCount(Split.TRAIN),
                    dataset.rowCount(Split.VALIDATION),
                    dataset.rowCount(Split.TEST),
                    dataset.classes().size(),
                    dataset.featureCount(),
                    dataset.sharding().shardCount(),
                    dataset.fingerprint());
        }
    }

    /** Mean loss with penalty, accuracy and examples. */
    public record Score(double loss, double accuracy, long examples) {
        public Score {
            expect(Double.isFinite(loss), "a finite loss", loss);
            expect(accuracy >= 0 && accuracy <= 1, "an accuracy from 0 to 1", accuracy);
            expect(examples >= 1, "examples", examples);
        }

        static Score of(EpochMetrics metrics, LossSum sums) {
            return new Score(metrics.loss(sums), sums.accuracy(), sums.exampleCount());
        }
    }

    /**
     * How good the result is.
     *
     * @param splits those that have rows, in their natural order
     * @param inSample training and validation rows together
     */
    public record Scores(Map<Split, Score> splits, Score inSample) {
        public Scores {
            expect(splits.containsKey(Split.TRAIN), "a score of the training rows", splits.keySet());
            expect(inSample != null, "a score of the training and validation rows together", "none");
            splits = Collections.unmodifiableMap(new EnumMap<>(splits));
        }

        static Scores of(EpochMetrics metrics) {
            Map<Split, Score> splits = new EnumMap<>(Split.class);
            metrics.splits().forEach((split, measured) -> splits.put(split, Score.of(metrics, measured.sums())));
            return new Scores(splits, Score.of(metrics, metrics.inSample()));
        }

        public Optional<Score> of(Split split) {
            return Optional.ofNullable(splits.get(split));
        }
    }

    /**
     * What the training came to.
     *
     * @param keptEpoch the epoch whose parameters are the result, counted from 1
     * @param steps of the whole training
     * @param seconds of the whole training, without reading the data
     */
    public record Result(Scores scores, int keptEpoch, long steps, double seconds, String weightsSha256) {
        public Result {
            expect(keptEpoch >= 1, "a kept epoch from 1", keptEpoch);
            expect(steps >= keptEpoch, "a step for each epoch", steps);
            expect(seconds >= 0 && Double.isFinite(seconds), "seconds from 0", seconds);
            expect(SHA256.matcher(weightsSha256).matches(), "64 hexadecimal digits as weightsSha256", weightsSha256);
        }

        static Result of(Trained trained) {
            KeptEpoch kept = trained.kept();
            return new Result(
                    Scores.of(kept.metrics()),
                    kept.epoch(),
                    trained.progress().state().step(),
                    trained.progress().seconds(),
                    WeightsDigest.sha256(kept.parameters()));
        }
    }

    public RunRecord {
        expect(!runId.isBlank(), "a run id", runId);
        initialisedFrom = List.copyOf(initialisedFrom);
        Map<String, Object> options = new LinkedHashMap<>(config);
        options.replaceAll(RunRecord::optionValue);
        config = Collections.unmodifiableMap(options);
    }

    /**
     * Reads {@code run.json} from a run directory.
     *
     * @throws LockstepException of kind {@code DATA} if the run is not complete, or the file is damaged or of another
     *     version
     */
    public static RunRecord read(Directory directory) {
        String where = directory.file(FILE).toString();
        return decode(directory.read(FILE, Json.MAX_BYTES), where);
    }

    void write(Directory directory) throws IOException {
        directory.write(FILE, encode());
    }

    String encode() {
        Map<String, Score> scores = new LinkedHashMap<>();
        result.scores().splits().forEach((split, score) -> scores.put(split.label(), score));
        scores.put(IN_SAMPLE, result.scores().inSample());
        ObjectNode results = Json.object(scores);
        results.setAll(Json.object(Rest.of(result)));
        ObjectNode record = Json.object(Map.of(VERSION_KEY, FORMAT_VERSION));
        record.setAll(Json.object(new Body(runId, initialisedFrom, config, Json.object(environment), data, results)));
        if (initialisedFrom.isEmpty()) {
            record.remove(INITIALISED_FROM);
        }
        return Json.write(record);
    }

    static RunRecord decode(byte[] text, String where) {
        JsonNode json = Json.read(text, where);
        if (!(json instanceof ObjectNode record)) {
            throw LockstepException.data(where + ": expected a JSON object");
        }
        JsonNode version = record.remove(VERSION_KEY);
        if (version != null && !(version.isInt() && version.intValue() == FORMAT_VERSION)) {
            throw LockstepException.data(where + ": expected a record of format " + FORMAT_VERSION + ", found "
                    + version + ", of a later version of Lockstep");
        }
        if (!record.has(INITIALISED_FROM)) { // it began with random weights
            record.putArray(INITIALISED_FROM);
        }
        try {
            return of(Json.convert(record, Body.class));
        } catch (IllegalArgumentException invalid) {
            throw LockstepException.data(where + ": not the record of a run: " + invalid.getMessage(), invalid);
        }
    }

    private static RunRecord of(Body body) {
        ObjectNode results = body.result();
        Map<Split, Score> splits = new EnumMap<>(Split.class);
        for (Split split : Split.values()) {
            JsonNode score = results.remove(split.label());
            if (score != null) {
                splits.put(split, Json.convert(score, Score.class));
            }
        }
        Scores scores = new Scores(splits, Json.convert(results.remove(IN_SAMPLE), Score.class));
        Result result = Json.convert(results, Rest.class).with(scores);
        return new RunRecord(
                body.runId(), body.initialisedFrom(), body.config(), environment(body), body.data(), result);
    }

    /** Version 0.1.0 recorded Spark's master, and had no choice of engines: it ran the one that was asked for. */
    private static Environment environment(Body body) {
        ObjectNode environment = body.environment();
        environment.remove("master");
        if (!environment.has("engine")) {
            environment.put("engine", String.valueOf(body.config().get("engine")));
        }
        return Json.convert(environment, Environment.class);
    }

    /** The file but for its version. */
    private record Body(
            String runId,
            List<String> initialisedFrom,
            Map<String, Object> config,
            ObjectNode environment,
            Data data,
            ObjectNode result) {}

    /** The part of {@code result} that follows the scores, which are fields of the same object. */
    private record Rest(int keptEpoch, long steps, double seconds, String weightsSha256) {
        static Rest of(Result result) {
            return new Rest(result.keptEpoch(), result.steps(), result.seconds(), result.weightsSha256());
        }

        Result with(Scores scores) {
            return new Result(scores, keptEpoch, steps, seconds, weightsSha256);
        }
    }

    /** Of one type whether it was given or read. */
    private static Object optionValue(String option, Object value) {
        if (value instanceof Integer number) {
            return number.longValue();
        }
        expect(
                value instanceof String || value instanceof Boolean || value instanceof Long || value instanceof Double,
                "a text or number as " + option,
                value);
        return value;
    }

    private static void expect(boolean holds, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("expected " + expected + ", found " + found);
        }
    }
}
