package io.lockstep.tracking.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import io.lockstep.Version;
import io.lockstep.data.Split;
import io.lockstep.metrics.MetricsRow;
import io.lockstep.tracking.RunEnd;
import io.lockstep.tracking.Tracker;
import io.lockstep.training.RunRecord;
import io.lockstep.training.RunStart;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A run on a tracking server of MLflow: the configuration as parameters, the metrics of each epoch with the epoch as
 * their step, and how the run ended. It is found again by the tag {@code lockstep.run_id}, so a run that resumes, or
 * that has lost its connection, goes on where the server's knowledge ends. Epochs that the server has are not sent
 * again: trained again, they have the same figures.
 */
public final class Mlflow implements Tracker {
    /** Limits of the server, from its {@code mlflow/utils/validation.py}. */
    private static final int MOST_METRICS = 1000;

    private static final int MOST_PARAMETERS = 100;
    private static final int LONGEST_PARAMETER = 6000;
    private static final int LONGEST_TAG = 5000;

    /** Half of what a run waits at its end, so that a call which hangs then leaves time for the last attempt. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final String DEFAULT_EXPERIMENT = "0";
    private static final String RUN_ID_TAG = "lockstep.run_id";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][\\w-]{0,255}");

    private final URI server;
    private final MlflowApi api;
    private final Map<String, String> environment;
    private String id;

    /** @param environment names the experiment, and has what the server asks for to let us in */
    public Mlflow(URI server, Map<String, String> environment) {
        this(server, environment, TIMEOUT);
    }

    /** @param timeout of each call */
    Mlflow(URI server, Map<String, String> environment, Duration timeout) {
        this.server = server;
        this.environment = environment;
        this.api = new MlflowApi(server, environment, timeout);
    }

    @Override
    public String name() {
        return "MLflow at " + server;
    }

    @Override
    public int open(RunStart run) throws IOException, InterruptedException {
        String experiment = experiment();
        JsonNode found = find(experiment, run.runId());
        if (found.isMissingNode()) {
            id = id(create(experiment, run).path("run").path("info").path("run_id"), "runs/create");
        } else {
            id = id(found.path("info").path("run_id"), "runs/search");
            api.post("runs/update", Map.of("run_id", id, "status", "RUNNING"));
        }
        addParameters(run.config(), found.path("data").path("params").findValuesAsText("key"));
        return lastEpoch(found.path("data").path("metrics"));
    }

    @Override
    public void add(List<MetricsRow> rows) throws IOException, InterruptedException {
        Map<Integer, List<Map<String, Object>>> epochs = new LinkedHashMap<>();
        rows.forEach(row -> epochs.computeIfAbsent(row.at().epoch(), none -> new ArrayList<>())
                .addAll(metrics(row)));
        List<Map<String, Object>> batch = new ArrayList<>();
        for (List<Map<String, Object>> epoch : epochs.values()) { // whole: it counts as known as soon as one metric is
            if (batch.size() + epoch.size() > MOST_METRICS) {
                log("metrics", batch);
                batch = new ArrayList<>();
            }
            batch.addAll(epoch);
        }
        log("metrics", batch);
    }

    @Override
    public void end(RunEnd end) throws IOException, InterruptedException {
        if (end.record().isPresent()) {
            RunRecord.Result result = end.record().get().result();
            log(
                    "tags",
                    List.of(
                            entry("lockstep.weights_sha256", result.weightsSha256()),
                            entry("lockstep.kept_epoch", String.valueOf(result.keptEpoch()))));
        }
        api.post(
                "runs/update",
                Map.of(
                        "run_id",
                        id,
                        "status",
                        end.status().name(),
                        "end_time",
                        end.at().toEpochMilli()));
    }

    /** As MLflow's own clients choose it: by name, which makes one if there is none, or by its id. */
    private String experiment() throws IOException, InterruptedException {
        String name = environment.getOrDefault("MLFLOW_EXPERIMENT_NAME", "");
        if (name.isEmpty()) {
            return environment.getOrDefault("MLFLOW_EXPERIMENT_ID", DEFAULT_EXPERIMENT);
        }
        JsonNode experiment;
        try {
            experiment =
                    api.get("experiments/get-by-name", "experiment_name", name).path("experiment");
        } catch (MlflowApi.RefusedException refused) {
            if (!refused.isMissing()) {
                throw refused;
            }
            experiment = api.post("experiments/create", Map.of("name", name));
        }
        return id(experiment.path("experiment_id"), "an experiment");
    }

    private JsonNode find(String experiment, String runId) throws IOException, InterruptedException {
        Map<String, Object> search = new LinkedHashMap<>();
        search.put("experiment_ids", List.of(experiment));
        search.put("filter", "tags.`" + RUN_ID_TAG + "` = '" + runId + "'");
        search.put("max_results", 1);
        return api.post("runs/search", search).path("runs").path(0);
    }

    private JsonNode create(String experiment, RunStart run) throws IOException, InterruptedException {
        String output = String.valueOf(run.config().get("output"));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("experiment_id", experiment);
        body.put("run_name", run.runId());
        body.put("start_time", Instant.now().toEpochMilli());
        body.put(
                "tags",
                List.of(
                        entry(RUN_ID_TAG, run.runId()),
                        entry("lockstep.output", cut(output, LONGEST_TAG)),
                        entry("lockstep.data_fingerprint", run.data().fingerprint()),
                        entry("mlflow.user", System.getProperty("user.name", "")),
                        entry("mlflow.source.name", "lockstep " + Version.current()),
                        entry("mlflow.source.type", "LOCAL")));
        return api.post("runs/create", body);
    }

    /** A parameter never changes on the server; a run that resumes with other options has them in {@code run.json}. */
    private void addParameters(Map<String, Object> config, List<String> there)
            throws IOException, InterruptedException {
        List<Map<String, Object>> missing = config.entrySet().stream()
                .filter(option -> !there.contains(option.getKey()))
                .map(option -> entry(option.getKey(), cut(option.getValue().toString(), LONGEST_PARAMETER)))
                .filter(option -> !option.get("value").equals(""))
                .toList();
        for (int from = 0; from < missing.size(); from += MOST_PARAMETERS) {
            log("params", missing.subList(from, Math.min(missing.size(), from + MOST_PARAMETERS)));
        }
    }

    private void log(String what, List<Map<String, Object>> entries) throws IOException, InterruptedException {
        api.post("runs/log-batch", Map.of("run_id", id, what, entries));
    }

    /** Every epoch has a loss of the training rows; of each metric, the server knows the last step. */
    private static int lastEpoch(JsonNode metrics) {
        String inEveryEpoch = key("loss", Split.TRAIN);
        for (JsonNode metric : metrics) {
            if (metric.path("key").asText().equals(inEveryEpoch)) {
                return metric.path("step").asInt();
            }
        }
        return 0;
    }

    private static List<Map<String, Object>> metrics(MetricsRow row) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(key("loss", row.split()), row.loss());
        values.put(key("cross_entropy", row.split()), row.means().crossEntropy());
        values.put(key("accuracy", row.split()), row.accuracy());
        values.put(key("examples_per_second", row.split()), row.means().examplesPerSecond());
        if (row.split() == Split.TRAIN) {
            values.put("learning_rate", row.at().learningRate());
            values.put("gradient_norm", row.at().gradientNorm());
            values.put("seconds", row.at().seconds());
        }
        values.values().removeIf(value -> !Double.isFinite(value)); // JSON has no name for them
        return values.entrySet().stream()
                .map(value -> metric(value.getKey(), value.getValue(), row))
                .toList();
    }

    private static Map<String, Object> metric(String key, double value, MetricsRow row) {
        return Map.of(
                "key",
                key,
                "value",
                value,
                "timestamp",
                row.at().timestamp().toEpochMilli(),
                "step",
                row.at().epoch());
    }

    /** The part before the slash is a section of MLflow's page. */
    private static String key(String figure, Split split) {
        return figure + "/" + split.label();
    }

    private static Map<String, Object> entry(String key, String value) {
        return Map.of("key", key, "value", value);
    }

    /** The text, cut off after {@code most} characters or, where that would halve one, after one less. */
    private static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
    }

    private static String id(JsonNode id, String where) throws IOException {
        if (!ID.matcher(id.asText()).matches()) {
            throw new IOException(where + ": expected an id in the answer, found none");
        }
        return id.asText();
    }
}
