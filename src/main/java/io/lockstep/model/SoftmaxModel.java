package io.lockstep.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.lockstep.AtomicFiles;
import io.lockstep.LockstepException;
import io.lockstep.data.RowDecoder;
import io.lockstep.nn.Layer;
import io.lockstep.nn.Network;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A trained network with all that is needed to apply it. On disk it is {@code weights.safetensors}, whose tensors
 * {@code layers.N.weight} have shape [in, out] so that x @ w + b works, and {@code model.json} with the rest.
 *
 * @param parameters flat, as {@link Network} lays them out
 * @param decoder from bytes to features, from labels to classes
 */
public record SoftmaxModel(Network network, float[] parameters, RowDecoder decoder, Provenance provenance) {
    private static final int FORMAT_VERSION = 1;
    private static final String DESCRIPTION_FILE = "model.json";
    private static final String WEIGHTS_FILE = "weights.safetensors";

    public SoftmaxModel {
        if (parameters.length != network.parameterCount()
                || decoder.classLabels().size() != network.classCount()) {
            throw new IllegalArgumentException("parameters or class labels do not fit the network " + network);
        }
    }

    /** Writes both files into a directory; the description last. */
    public void write(Path directory, Configuration hadoop) throws IOException {
        AtomicFiles.write(
                new Path(directory, WEIGHTS_FILE), Safetensors.encode(tensors(network, parameters), Map.of()), hadoop);
        AtomicFiles.write(new Path(directory, DESCRIPTION_FILE), Json.write(description()), hadoop);
    }

    /**
     * Reads both files and checks them against each other.
     *
     * @throws LockstepException of kind {@code DATA}
     */
    public static SoftmaxModel read(Path directory, Configuration hadoop) {
        Path file = new Path(directory, DESCRIPTION_FILE);
        JsonNode description = Json.read(Files.read(file, Json.MAX_BYTES, hadoop), file.toString());
        if (description.path("formatVersion").asInt() != FORMAT_VERSION) {
            throw LockstepException.data(file + ": expected formatVersion " + FORMAT_VERSION + ", found "
                    + description.path("formatVersion"));
        }
        List<Integer> classLabels = integers(description.path("classLabels"), file + ": classLabels");
        Network network = network(integers(description.at("/architecture/layerSizes"), file + ": layerSizes"), file);
        if (classLabels.size() != network.classCount()) {
            throw LockstepException.data(
                    file + ": expected " + network.classCount() + " class labels, found " + classLabels.size());
        }
        Path weights = new Path(directory, WEIGHTS_FILE);
        float[] parameters = parameters(
                Safetensors.decode(Files.read(weights, Files.MAX_ARRAY, hadoop), weights.toString())
                        .tensors(),
                network,
                weights);
        requireDigest(description.path("weightsSha256").asText(), parameters, weights);
        JsonNode origin = description.path("provenance");
        return new SoftmaxModel(
                network,
                parameters,
                decoder(description, classLabels, file),
                new Provenance(
                        origin.path("runId").asText(),
                        origin.path("lockstepVersion").asText(),
                        origin.path("trainedAt").asText(),
                        origin.path("dataFingerprint").asText()));
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

    private Map<String, Object> description() {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("formatVersion", FORMAT_VERSION);
        Map<String, Object> architecture = new LinkedHashMap<>();
        architecture.put("layerSizes", network.sizes());
        architecture.put("hiddenActivation", "relu");
        architecture.put("outputActivation", "softmax");
        description.put("architecture", architecture);
        description.put("classLabels", decoder.classLabels());
        description.put("featureScale", (double) decoder.featureScale());
        description.put("weightsSha256", WeightsDigest.sha256(parameters));
        description.put("provenance", provenance);
        return description;
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
            System.arraycopy(found.values(), 0, parameters, end, found.values().length);
            end += found.values().length;
        }
        return parameters;
    }

    private static Network network(List<Integer> sizes, Path file) {
        try {
            if (sizes.size() >= 2) {
                return Network.of(sizes);
            }
        } catch (IllegalArgumentException | ArithmeticException invalid) {
            // Falls through to the one message for sizes that make no network.
        }
        throw LockstepException.data(file + ": expected at least two positive layer sizes, found " + sizes);
    }

    private static RowDecoder decoder(JsonNode description, List<Integer> classLabels, Path file) {
        JsonNode scale = description.path("featureScale");
        try {
            if (scale.isNumber()) {
                return new RowDecoder((float) scale.doubleValue(), classLabels);
            }
        } catch (IllegalArgumentException invalid) {
            throw LockstepException.data(file + ": " + invalid.getMessage(), invalid);
        }
        throw LockstepException.data(file + ": expected a number as featureScale, found " + scale);
    }

    private static void requireDigest(String expected, float[] parameters, Path file) {
        String found = WeightsDigest.sha256(parameters);
        if (!found.equals(expected)) {
            throw LockstepException.data(
                    file + ": expected the weights that model.json describes, sha256 " + expected + ", found " + found);
        }
    }

    private static List<Integer> integers(JsonNode array, String where) {
        List<Integer> values = new ArrayList<>();
        for (JsonNode value : array) {
            if (!value.canConvertToInt() || !value.isIntegralNumber()) {
                throw LockstepException.data(where + ": expected an array of integers, found " + value);
            }
            values.add(value.intValue());
        }
        return values;
    }
}
