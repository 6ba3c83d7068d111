package io.lockstep.cli;

import io.lockstep.LockstepException;
import io.lockstep.tracking.Tracker;
import io.lockstep.tracking.mlflow.Mlflow;
import io.lockstep.tracking.tensorboard.TensorBoard;
import io.lockstep.training.RunDirectory;
import io.lockstep.training.TrackingConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a run shows its figures, as its options say. */
final class Trackers {
    private Trackers() {}

    /**
     * @param environment of the process, from which MLflow's clients take what to log in with
     * @throws io.lockstep.LockstepException of kind {@code CONFIGURATION} if a place cannot be used
     */
    static List<Tracker> of(TrackingConfig config, RunDirectory run, Map<String, String> environment) {
        Optional<Tracker> tensorBoard = config.tensorboard().map(place -> tensorBoard(place, run));
        Optional<Tracker> mlflow = config.mlflow().map(server -> new Mlflow(server, environment));
        return Stream.of(tensorBoard, mlflow).flatMap(Optional::stream).toList();
    }

    private static TensorBoard tensorBoard(String place, RunDirectory run) {
        if (run.isInTheWay(place)) {
            throw LockstepException.configuration(
                    "--tensorboard: expected a directory outside of the run directory, or " + RunDirectory.TENSORBOARD
                            + " in it, found " + place);
        }
        return TensorBoard.at(place, run.directory().hadoop());
    }
}
