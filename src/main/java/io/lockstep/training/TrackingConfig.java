package io.lockstep.training;

import io.lockstep.training.Option.Effect;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where else a run shows its figures while it trains, which never changes a bit of the result. */
public record TrackingConfig(
        @Option(
                name = "tensorboard",
                label = "DIR",
                effect = Effect.PLACEMENT,
                description = "Write event files for TensorBoard, into DIR/train, DIR/validation and DIR/test.")
        Optional<String> tensorboard,

        @Option(
                name = "track",
                label = "mlflow:URI",
                effect = Effect.PLACEMENT,
                description = {
                    "Send configuration and metrics to a tracking server of MLflow, for example"
                            + " mlflow:http://host:5000.",
                    "The environment names the experiment and logs in, by MLFLOW_…; see docs/tracking.md."
                })
        Optional<String> track) {
    static final TrackingConfig NONE = new TrackingConfig(Optional.empty(), Optional.empty());

    private static final String MLFLOW = "mlflow:";
    private static final Pattern MAY_HOLD_SECRETS = Pattern.compile("[@?#]");

    /** The address of the tracking server, with neither user nor query. */
    public Optional<URI> mlflow() {
        return track.map(place -> URI.create(place.substring(MLFLOW.length())));
    }

    void check(Problems problems) {
        tensorboard.ifPresent(directory -> {
            problems.expect(!directory.isBlank(), "tensorboard", "a directory for event files", "nothing");
            problems.expectNoCredentials("tensorboard", directory);
        });
        track.filter(place -> !isMlflow(place))
                .ifPresent(place -> problems.expect(
                        false,
                        "track",
                        "mlflow:http://HOST:PORT or mlflow:https://HOST, with a path if need be, but without user,"
                                + " password and query; the environment may give MLFLOW_TRACKING_TOKEN, or"
                                + " MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD",
                        MAY_HOLD_SECRETS.matcher(place).find() ? "something else" : place));
    }

    private static boolean isMlflow(String place) {
        try {
            URI server = new URI(place.substring(Math.min(place.length(), MLFLOW.length())));
            String scheme = String.valueOf(server.getScheme());
            return place.startsWith(MLFLOW)
                    && (scheme.equals("http") || scheme.equals("https"))
                    && server.getHost() != null
                    && server.getPort() <= 65_535
                    && !MAY_HOLD_SECRETS.matcher(place).find();
        } catch (URISyntaxException invalid) {
            return false;
        }
    }
}
