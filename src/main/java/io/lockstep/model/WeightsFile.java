package io.lockstep.model;

import io.lockstep.LockstepException;
import io.lockstep.nn.Layer;
import io.lockstep.nn.Network;
import io.lockstep.storage.Directory;
import io.lockstep.storage.Safetensors;
import io.lockstep.storage.Tensor;
import io.lockstep.storage.WeightsDigest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/**
 * The parameters as {@code weights.safetensors}: {@code layers.N.weight} of shape [in, out], so that x @ w + b works.
 */
final class WeightsFile {
    private static final String NAME = "weights.safetensors";

    private WeightsFile() {}

    static void write(Directory directory, Network network, float[] parameters) throws IOException {
        directory.write(NAME, Safetensors.encode(tensors(network, parameters), Map.of()));
    }

    /** The length of the file, if it can hold the parameters of the network and not much more. */
    static int requireLength(Directory directory, Network network) {
        long needed = (long) Float.BYTES * network.parameterCount();
        long length = directory.length(NAME);
        if (length < needed || length > needed + Safetensors.MAX_HEADER_BYTES || length > Integer.MAX_VALUE - 8) {
            throw LockstepException.data(directory.file(NAME) + ": expected the " + network.parameterCount()
                    + " parameters that model.json describes, found " + length + " bytes");
        }
        return (int) length;
    }

    /** @param sha256 of the weights */
    static float[] read(Directory directory, Network network, String sha256) {
        Path file = directory.file(NAME);
        int length = requireLength(directory, network);
        List<Tensor> tensors = Safetensors.decode(directory.read(NAME, length), file.toString())
                .tensors();
        float[] parameters = parameters(tensors, network, file);
        String found = WeightsDigest.sha256(parameters);
        if (!found.equals(sha256)) {
            throw LockstepException.data(
                    file + ": expected the weights that model.json describes, sha256 " + sha256 + ", found " + found);
        }
        return parameters;
    }

    private static List<Tensor> tensors(Network network, float[] parameters) {
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < network.layers().size(); i++) {
            Layer layer = network.layers().get(i);
            // (out × in) column-major is [in, out] row-major: the same numbers in the same order.
            tensors.add(new Tensor(
                    "layers." + i + ".weight",
                    List.of(layer.inputs(), layer.outputs()),
                    Arrays.copyOfRange(parameters, layer.weightOffset(), layer.biasOffset())));
            tensors.add(new Tensor(
                    "layers." + i + ".bias",
                    List.of(layer.outputs()),
                    Arrays.copyOfRange(parameters, layer.biasOffset(), layer.end())));
        }
        return tensors;
    }

    private static float[] parameters(List<Tensor> tensors, Network network, Path file) {
        float[] parameters = new float[network.parameterCount()];
        List<Tensor> expected = tensors(network, parameters);
        if (tensors.size() != expected.size()) {
            throw LockstepException.data(file + ": expected " + expected.size() + " tensors, found " + tensors.size());
        }
        int end = 0;
        for (int i = 0; i < tensors.size(); i++) {
            Tensor found = tensors.get(i);
            if (!found.name().equals(expected.get(i).name())
                    || !found.shape().equals(expected.get(i).shape())) {
                throw LockstepException.data(
                        file + ": expected tensor '" + expected.get(i).name() + "' of shape "
                                + expected.get(i).shape() + ", found '" + found.name() + "' of shape " + found.shape());
            }
            requireFinite(found, file);
            System.arraycopy(found.values(), 0, parameters, end, found.values().length);
            end += found.values().length;
        }
        return parameters;
    }

    private static void requireFinite(Tensor tensor, Path file) {
        for (int i = 0; i < tensor.values().length; i++) {
            if (!Float.isFinite(tensor.values()[i])) {
                throw LockstepException.data(file + ": expected finite weights, found " + tensor.values()[i]
                        + " as number " + i + " of tensor '" + tensor.name() + "'");
            }
        }
    }
}
