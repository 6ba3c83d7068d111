package io.lockstep.tracking.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A small tracking server, over real HTTP: it knows the calls that we make, with the fields that MLflow's service.proto
 * gives them, and the limits of its mlflow/utils/validation.py. What breaks a rule is refused, and kept in
 * {@link #violations}.
 */
public final class MlflowServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern NAME = Pattern.compile("[/\\w.\\- ]{1,250}");
    private static final Pattern FILTER = Pattern.compile("tags\\.`lockstep\\.run_id` = '([\\w-]+)'");
    private static final Set<String> STATUSES = Set.of("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED");
    private static final String API = "/api/2.0/mlflow/";

    /** How it answers. */
    public enum Mood {
        WELL,
        HANGS,
        ANSWERS_500,
        CLOSES_CONNECTIONS,
        /** When it has done what it was asked to. */
        LOSES_ANSWERS,
        ANSWERS_RUBBISH,
        ANSWERS_JSON_OF_ANOTHER_SERVER,
        ANSWERS_WITHOUT_END
    }

    /** What it knows of a run. */
    public static final class Run {
        public final Map<String, String> tags = new LinkedHashMap<>();
        public final Map<String, String> params = new LinkedHashMap<>();
        /** Each with key, value, timestamp and step. */
        public final List<JsonNode> metrics = new ArrayList<>();
        /** The steps of the metrics of each call that had any. */
        public final List<Set<Integer>> batches = new ArrayList<>();

        /** One after the other. */
        public final List<String> statuses = new ArrayList<>(List.of("RUNNING"));

        public String experiment;
        public String name;
        public long endTime;

        /** The steps of a metric, in the order in which they came. */
        public List<Integer> steps(String key) {
            return metrics.stream()
                    .filter(metric -> metric.path("key").asText().equals(key))
                    .map(metric -> metric.path("step").asInt())
                    .toList();
        }
    }

    public final Map<String, Run> runs = Collections.synchronizedMap(new LinkedHashMap<>());
    public final List<String> violations = Collections.synchronizedList(new ArrayList<>());
    /** The paths below the API's root, with query. */
    public final List<String> calls = Collections.synchronizedList(new ArrayList<>());

    public final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, String> experiments = new LinkedHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    public volatile Mood mood = Mood.WELL;
    /** Counted down by the first call. */
    public final CountDownLatch called = new CountDownLatch(1);

    public MlflowServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        called.countDown();
        switch (mood) {
            case WELL, LOSES_ANSWERS -> answerWell(exchange, body);
            case HANGS -> await();
            case ANSWERS_500 -> send(exchange, 500, "<html>no database</html>");
            case CLOSES_CONNECTIONS -> exchange.close();
            case ANSWERS_RUBBISH -> send(exchange, 200, "}{ \u001b[31m");
            case ANSWERS_JSON_OF_ANOTHER_SERVER -> send(exchange, 200, "{\"runs\": 7, \"run\": []}");
            case ANSWERS_WITHOUT_END -> sendWithoutEnd(exchange);
            default -> throw new IllegalStateException();
        }
    }

    private void await() {
        try {
            closing.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void sendWithoutEnd(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            byte[] block = "[[[[[[[[".repeat(1 << 13).getBytes(StandardCharsets.UTF_8);
            while (true) { // until nobody listens any more
                out.write(block);
            }
        }
    }

    private void send(HttpExchange exchange, int status, String text) throws IOException {
        if (mood == Mood.LOSES_ANSWERS) {
            exchange.close();
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private synchronized void answerWell(HttpExchange exchange, byte[] body) throws IOException {
        authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        String path = exchange.getRequestURI().getRawPath();
        String query = exchange.getRequestURI().getRawQuery();
        try {
            check(path.startsWith(API), "an unknown path " + path);
            String call = path.substring(API.length());
            calls.add(call + (query == null ? "" : "?" + query));
            String expected = call.equals("experiments/get-by-name") ? "GET" : "POST";
            check(exchange.getRequestMethod().equals(expected), call + " by " + exchange.getRequestMethod());
            JsonNode request = JSON.createObjectNode();
            if (expected.equals("POST")) {
                String type = exchange.getRequestHeaders().getFirst("Content-Type");
                check("application/json".equals(type), "content of type " + type);
                check(body.length <= 1_000_000, "a request of " + body.length + " bytes");
                request = JSON.readTree(body);
            }
            send(exchange, 200, answer(call, request, query).toString());
        } catch (Missing missing) {
            refuse(exchange, 404, "RESOURCE_DOES_NOT_EXIST", missing.getMessage());
        } catch (IllegalArgumentException violation) {
            violations.add(violation.getMessage());
            refuse(exchange, 400, "INVALID_PARAMETER_VALUE", violation.getMessage());
        }
    }

    private static final class Missing extends RuntimeException {
        private static final long serialVersionUID = 1;

        Missing(String message) {
            super(message);
        }
    }

    private void refuse(HttpExchange exchange, int status, String code, String message) throws IOException {
        send(
                exchange,
                status,
                JSON.createObjectNode()
                        .put("error_code", code)
                        .put("message", message)
                        .toString());
    }

    private JsonNode answer(String call, JsonNode request, String query) {
        return switch (call) {
            case "experiments/get-by-name" -> experimentByName(query);
            case "experiments/create" -> createExperiment(request);
            case "runs/search" -> search(request);
            case "runs/create" -> create(request);
            case "runs/log-batch" -> logBatch(request);
            case "runs/update" -> update(request);
            default -> throw new IllegalArgumentException("an unknown call " + call);
        };
    }

    private JsonNode experimentByName(String query) {
        check(query.startsWith("experiment_name="), "the query " + query);
        String name = URLDecoder.decode(query.substring("experiment_name=".length()), StandardCharsets.UTF_8);
        String id = experiments.get(name);
        if (id == null) {
            throw new Missing("Could not find experiment with name '" + name + "'");
        }
        ObjectNode answer = JSON.createObjectNode();
        answer.putObject("experiment").put("experiment_id", id).put("name", name);
        return answer;
    }

    private JsonNode createExperiment(JsonNode request) {
        fields(request, Set.of("name"), Set.of("artifact_location", "tags"));
        String name = text(request, "name");
        check(!experiments.containsKey(name), "an experiment that exists");
        experiments.put(name, String.valueOf(experiments.size() + 1));
        return JSON.createObjectNode().put("experiment_id", experiments.get(name));
    }

    private JsonNode search(JsonNode request) {
        fields(
                request,
                Set.of("experiment_ids"),
                Set.of("filter", "run_view_type", "max_results", "order_by", "page_token"));
        String experiment = request.path("experiment_ids").path(0).asText();
        Matcher filter = FILTER.matcher(text(request, "filter"));
        check(filter.matches(), "the filter " + request.path("filter"));
        check(request.path("max_results").asInt() <= 50_000, "max_results " + request.path("max_results"));
        ObjectNode answer = JSON.createObjectNode(); // without a field that has no elements, as protobuf writes JSON
        runs.forEach((id, run) -> {
            if (run.experiment.equals(experiment) && filter.group(1).equals(run.tags.get("lockstep.run_id"))) {
                answer.withArray("runs").add(run(id, run));
            }
        });
        return answer;
    }

    private JsonNode create(JsonNode request) {
        fields(request, Set.of("experiment_id"), Set.of("user_id", "run_name", "start_time", "tags"));
        Run run = new Run();
        run.experiment = text(request, "experiment_id");
        check(run.experiment.equals("0") || experiments.containsValue(run.experiment), "no such experiment");
        run.name = text(request, "run_name");
        wholeNumber(request, "start_time");
        request.path("tags").forEach(tag -> addTag(run, tag));
        String id = String.format(java.util.Locale.ROOT, "%032x", runs.size() + 1);
        runs.put(id, run);
        ObjectNode answer = JSON.createObjectNode();
        answer.set("run", run(id, run));
        return answer;
    }

    private JsonNode logBatch(JsonNode request) {
        fields(request, Set.of("run_id"), Set.of("metrics", "params", "tags"));
        Run run = existing(request);
        JsonNode metrics = request.path("metrics");
        JsonNode params = request.path("params");
        JsonNode tags = request.path("tags");
        check(metrics.size() <= 1000, metrics.size() + " metrics");
        check(params.size() <= 100, params.size() + " params");
        check(tags.size() <= 100, tags.size() + " tags");
        check(metrics.size() + params.size() + tags.size() <= 1000, "more than 1000 entities");
        if (!metrics.isEmpty()) {
            run.batches.add(new HashSet<>());
        }
        for (JsonNode metric : metrics) {
            fields(metric, Set.of("key", "value", "timestamp"), Set.of("step"));
            check(NAME.matcher(text(metric, "key")).matches(), "the metric " + metric);
            check(metric.path("value").isNumber(), "the value of " + metric);
            wholeNumber(metric, "timestamp");
            wholeNumber(metric, "step");
            run.metrics.add(metric);
            run.batches.get(run.batches.size() - 1).add(metric.path("step").asInt());
        }
        for (JsonNode param : params) {
            fields(param, Set.of("key", "value"), Set.of());
            String key = text(param, "key");
            check(NAME.matcher(key).matches(), "the param " + key);
            check(length(text(param, "value")) <= 6000, "a value of " + length(text(param, "value")) + " characters");
            String before = run.params.putIfAbsent(key, text(param, "value"));
            check(before == null || before.equals(text(param, "value")), "another value of " + key);
        }
        tags.forEach(tag -> addTag(run, tag));
        return JSON.createObjectNode();
    }

    private JsonNode update(JsonNode request) {
        fields(request, Set.of("run_id"), Set.of("status", "end_time", "run_name"));
        Run run = existing(request);
        check(STATUSES.contains(text(request, "status")), "the status " + request.path("status"));
        run.statuses.add(text(request, "status"));
        if (request.has("end_time")) {
            run.endTime = wholeNumber(request, "end_time");
        }
        ObjectNode answer = JSON.createObjectNode();
        answer.putObject("run_info").put("run_id", text(request, "run_id"));
        return answer;
    }

    private Run existing(JsonNode request) {
        Run run = runs.get(text(request, "run_id"));
        if (run == null) {
            throw new Missing("Run with id=" + text(request, "run_id") + " not found");
        }
        return run;
    }

    private static void addTag(Run run, JsonNode tag) {
        fields(tag, Set.of("key", "value"), Set.of());
        check(NAME.matcher(text(tag, "key")).matches(), "the tag " + tag);
        check(length(text(tag, "value")) <= 5000, "a long tag");
        run.tags.put(text(tag, "key"), text(tag, "value"));
    }

    /** With the last step of each metric, as the server answers. */
    private static JsonNode run(String id, Run run) {
        ObjectNode answer = JSON.createObjectNode();
        answer.putObject("info")
                .put("run_id", id)
                .put("run_uuid", id)
                .put("experiment_id", run.experiment)
                .put("run_name", run.name)
                .put("status", run.statuses.get(run.statuses.size() - 1))
                .put("lifecycle_stage", "active");
        ObjectNode data = answer.putObject("data");
        Map<String, JsonNode> last = new LinkedHashMap<>();
        run.metrics.forEach(metric -> last.merge(
                metric.path("key").asText(),
                metric,
                (one, other) -> one.path("step").asInt() > other.path("step").asInt() ? one : other));
        last.values().forEach(metric -> data.withArray("metrics").add(metric));
        run.params.forEach((key, value) -> addEntry(data.withArray("params"), key, value));
        run.tags.forEach((key, value) -> addEntry(data.withArray("tags"), key, value));
        return answer;
    }

    private static void addEntry(ArrayNode entries, String key, String value) {
        entries.addObject().put("key", key).put("value", value);
    }

    private static void fields(JsonNode object, Set<String> required, Set<String> optional) {
        required.forEach(field -> check(object.hasNonNull(field), "no " + field + " in " + object));
        object.fieldNames()
                .forEachRemaining(field -> check(
                        required.contains(field) || optional.contains(field), "the field " + field + " in " + object));
    }

    private static String text(JsonNode object, String field) {
        check(object.path(field).isTextual(), field + " that is no text in " + object);
        return object.path(field).asText();
    }

    private static long wholeNumber(JsonNode object, String field) {
        JsonNode value = object.path(field);
        check(value.isIntegralNumber() && value.asLong() >= 0, field + " that is no whole number in " + object);
        return value.asLong();
    }

    /** As Python counts. */
    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private static void check(boolean holds, String found) {
        if (!holds) {
            throw new IllegalArgumentException("found " + found);
        }
    }
}
