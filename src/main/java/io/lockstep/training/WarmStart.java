package io.lockstep.training;

import io.lockstep.LockstepException;
import io.lockstep.data.Label;
import io.lockstep.data.ShardedDataset;
import io.lockstep.model.ModelDirectory;
import io.lockstep.model.TrainedModel;
import io.lockstep.nn.Network;
import io.lockstep.storage.WeightsDigest;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * Another model that training begins with.
 *
 * @param location where it is, for messages
 */
record WarmStart(String location, TrainedModel model) {
    /** @throws LockstepException if there is no such model, or it is damaged */
    static WarmStart read(String location, Configuration hadoop) {
        try {
            return new WarmStart(location, TrainedModel.read(ModelDirectory.of("--init-from", location, hadoop)));
        } catch (IOException failure) {
            throw LockstepException.data(location + ": cannot be read: " + failure.getMessage(), failure);
        }
    }

    /** The weights that training begins with, in a new array. */
    float[] parameters() {
        return model.parameters().clone();
    }

    /** The digests of the weights that the result will come from, the newest first. */
    List<String> chain() {
        return Stream.concat(Stream.of(digest()), model.provenance().initialisedFrom().stream())
                .toList();
    }

    String digest() {
        return WeightsDigest.sha256(model.parameters());
    }

    /**
     * @throws LockstepException of kind {@code DATA} if the classes are others, of {@code CONFIGURATION} if the network
     *     is
     */
    void requireFits(ShardedDataset dataset, Network network) {
        List<Label> classes = dataset.classes();
        if (!classes.equals(model.classes())) {
            throw LockstepException.data("--init-from " + location + ": expected the classes of the training data, "
                    + classes + ", found a model of " + model.classes());
        }
        if (!network.equals(model.network())) {
            throw LockstepException.configuration("--init-from " + location + ": expected a network " + network
                    + " as --hidden and the data make it, found " + model.network());
        }
    }
}
