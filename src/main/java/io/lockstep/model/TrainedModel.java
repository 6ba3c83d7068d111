package io.lockstep.model;

import io.lockstep.LockstepException;
import io.lockstep.data.Label;
import io.lockstep.data.prepare.Preparation;
import io.lockstep.nn.Network;
import io.lockstep.storage.Directory;
import io.lockstep.storage.WeightsDigest;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/**
 * A trained network with all that is needed to apply it. On disk it is {@code weights.safetensors} and
 * {@code model.json} with the rest; docs/model.md describes both.
 *
 * @param parameters flat, as {@link Network} lays them out
 * @param classes the label of each class: of one type, ascending
 * @param preparation from the values of a row to the network's inputs
 */
public record TrainedModel(
        Network network, float[] parameters, List<Label> classes, Preparation preparation, Provenance provenance)
        implements Serializable {
    public TrainedModel {
        classes = List.copyOf(classes);
        LabelType.of(classes);
        if (parameters.length != network.parameterCount()
                || classes.size() != network.classCount()
                || preparation.inputCount() != network.featureCount()) {
            throw new IllegalArgumentException("expected parameters, classes and inputs that fit the network " + network
                    + ", found " + parameters.length + ", " + classes.size() + " and " + preparation.inputCount());
        }
    }

    /** Writes both files into a directory; the description last. */
    public void write(Directory directory) throws IOException {
        WeightsFile.write(directory, network, parameters);
        new Description(network, classes, preparation, WeightsDigest.sha256(parameters), provenance).write(directory);
    }

    /**
     * Reads both files and checks them against each other.
     *
     * @throws LockstepException of kind {@code DATA} if they do not fit, or hold anything that this program does not
     *     know
     */
    public static TrainedModel read(Directory directory) {
        Description description = Description.read(directory);
        float[] parameters = WeightsFile.read(directory, description.network(), description.weightsSha256());
        return new TrainedModel(
                description.network(),
                parameters,
                description.classes(),
                description.preparation(),
                description.provenance());
    }
}
