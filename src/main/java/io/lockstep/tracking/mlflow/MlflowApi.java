package io.lockstep.tracking.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import io.lockstep.LockstepException;
import io.lockstep.Version;
import io.lockstep.storage.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** Calls of MLflow's REST API, version 2.0. Each ends after a while, whatever the server does. */
final class MlflowApi {
    private static final int OK = 200;
    private static final int LONGEST_REASON = 200;
    private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7e]*");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Duration timeout;
    private final String root;
    private final Optional<String> authorization;

    /** The server has refused a call. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        private final String errorCode;

        private RefusedException(String errorCode, String message) {
            super(message);
            this.errorCode = errorCode;
        }

        boolean isMissing() {
            return errorCode.equals("RESOURCE_DOES_NOT_EXIST");
        }
    }

    /**
     * @param environment as MLflow's own clients read it: user and password win over the token
     * @throws LockstepException of kind {@code CONFIGURATION} if the token is none
     */
    MlflowApi(URI server, Map<String, String> environment, Duration timeout) {
        this.timeout = timeout;
        root = server.toString().replaceFirst("/+$", "") + "/api/2.0/mlflow/";
        authorization = authorization(environment);
    }

    /** @param call for example {@code runs/create} */
    JsonNode post(String call, Map<String, Object> body) throws IOException, InterruptedException {
        return send(
                call,
                request(call)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(Json.writeCompact(body))));
    }

    JsonNode get(String call, String parameter, String value) throws IOException, InterruptedException {
        String query = "?" + parameter + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
        return send(call, request(call + query).GET());
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(root + path)).header("User-Agent", "lockstep/" + Version.current());
        authorization.ifPresent(value -> request.header("Authorization", value));
        return request;
    }

    private JsonNode send(String call, HttpRequest.Builder request) throws IOException, InterruptedException {
        Answer answer = new Answer();
        // A timeout of the request would end with the header of the answer; a server may never come to its end.
        CompletableFuture<HttpResponse<Void>> exchange =
                client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArrayConsumer(answer::add));
        try {
            int status = exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS).statusCode();
            return status == OK ? answer.json(call) : refuse(call, status, answer);
        } catch (TimeoutException late) {
            throw new IOException(call + ": no answer within " + timeout.toSeconds() + " s", late);
        } catch (ExecutionException failure) {
            throw new IOException(call + ": " + reason(failure.getCause()), failure);
        } finally {
            exchange.cancel(true);
        }
    }

    private static JsonNode refuse(String call, int status, Answer answer) throws RefusedException {
        String errorCode = "";
        String reason = "";
        try {
            JsonNode error = answer.json(call);
            errorCode = error.path("error_code").asText();
            reason = " " + errorCode + ", " + error.path("message").asText();
        } catch (IOException noJson) {
            // A proxy, or another kind of server: the status has to do.
        }
        throw new RefusedException(
                errorCode,
                call + ": answered " + status + reason.substring(0, Math.min(reason.length(), LONGEST_REASON)));
    }

    private static String reason(Throwable failure) {
        if (failure instanceof ConnectException) { // which has no message
            return "no connection";
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    private static Optional<String> authorization(Map<String, String> environment) {
        String user = environment.getOrDefault("MLFLOW_TRACKING_USERNAME", "");
        String password = environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
        String token = environment.getOrDefault("MLFLOW_TRACKING_TOKEN", "").strip();
        if (!user.isEmpty() && !password.isEmpty()) {
            byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
            return Optional.of("Basic " + Base64.getEncoder().encodeToString(both));
        }
        if (!PRINTABLE.matcher(token).matches()) { // Java would refuse it in a message that repeats it
            throw LockstepException.configuration(
                    "MLFLOW_TRACKING_TOKEN: expected printable ASCII characters, found others");
        }
        return token.isEmpty() ? Optional.empty() : Optional.of("Bearer " + token);
    }

    /** The body of an answer, which may be without end. */
    private static final class Answer {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        void add(Optional<byte[]> part) {
            part.ifPresent(bytes::writeBytes);
            if (bytes.size() > Json.MAX_BYTES) {
                throw new IllegalStateException("answered more than " + Json.MAX_BYTES + " bytes");
            }
        }

        JsonNode json(String call) throws IOException {
            try {
                JsonNode json = Json.read(bytes.toByteArray(), call);
                if (json.isObject()) {
                    return json;
                }
            } catch (LockstepException noJson) {
                throw new IOException(call + ": answered something that is not JSON", noJson);
            }
            throw new IOException(call + ": answered something that is not a JSON object");
        }
    }
}
