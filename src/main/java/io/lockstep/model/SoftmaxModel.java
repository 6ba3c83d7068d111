package io.lockstep.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.lockstep.LockstepException;
import io.lockstep.data.RowDecoder;
import io.lockstep.nn.Layer;
import io.lockstep.nn.Network;
import io.lockstep.storage.Directory;
import io.lockstep.storage.Json;
import io.lockstep.storage.Safetensors;
import io.lockstep.storage.Tensor;
import io.lockstep.storage.WeightsDigest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private static final String HIDDEN_ACTIVATION = "relu";
    private static final String OUTPUT_ACTIVATION = "softmax";
    private static final String WEIGHTS_FILE = "weights.safetensors";

    public SoftmaxModel {
        if (parameters.length != network.parameterCount()
                || decoder.classLabels().size() != network.classCount()) {
            throw new IllegalArgumentException("parameters or class labels do not fit the network " + network);
        }
    }

    /** Writes both files into a directory; the description last. */
    public void write(Directory directory) throws IOException {
        directory.write(WEIGHTS_FILE, Safetensors.encode(tensors(network, parameters), Map.of()));
        directory.write(DESCRIPTION_FILE, Json.write(description()));
    }

    /**
     * Reads both files and checks them against each other.
     *
     * @throws LockstepException of kind {@code DATA}
     */
    public static SoftmaxModel read(Directory directory) {
        Path file = directory.file(DESCRIPTION_FILE);
        JsonNode description = Json.read(directory.read(DESCRIPTION_FILE, Json.MAX_BYTES), file.toString());
        require(description, "/formatVersion", IntNode.valueOf(FORMAT_VERSION), file);
        require(description, "/architecture/hiddenActivation", TextNode.valueOf(HIDDEN_ACTIVATION), file);
        require(description, "/architecture/outputActivation", TextNode.valueOf(OUTPUT_ACTIVATION), file);
        List<Integer> classLabels = integers(description.path("classLabels"), file + ": classLabels");
        Network network = network(integers(description.at("/architecture/layerSizes"), file + ": layerSizes"), file);
        if (classLabels.size() != network.classCount()) {
            throw LockstepException.data(
                    file + ": expected " + network.classCount() + " class labels, found " + classLabels.size());
        }
        Path weights = directory.file(WEIGHTS_FILE);
        float[] parameters = parameters(weights(directory, network), network, weights);
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

    private static void require(JsonNode description, String pointer, JsonNode expected, Path file) {
        JsonNode found = description.at(pointer);
        if (!found.equals(expected)) {
            throw LockstepException.data(
                    file + ": expected " + pointer.substring(1) + " " + expected + ", found " + found);
        }
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
        architecture.put("hiddenActivation", HIDDEN_ACTIVATION);
        architecture.put("outputActivation", OUTPUT_ACTIVATION);
        description.put("architecture", architecture);
        description.put("classLabels", decoder.classLabels());
        description.put("featureScale", (double) decoder.featureScale());
        description.put("weightsSha256", WeightsDigest.sha256(parameters));
        description.put("provenance", provenance);
        return description;
    }

    /** Reads no more than the network needs, and nothing if the file is too short for it. */
    private static List<Tensor> weights(Directory directory, Network network) {
        Path file = directory.file(WEIGHTS_FILE);
        long needed = (long) Float.BYTES * network.parameterCount();
        long length = directory.length(WEIGHTS_FILE);
        if (length < needed || length > needed + Safetensors.MAX_HEADER_BYTES || length > Integer.MAX_VALUE - 8) {
            throw LockstepException.data(file + ": expected the " + network.parameterCount()
                    + " parameters that model.json describes, found " + length + " bytes");
        }
        return Safetensors.decode(directory.read(WEIGHTS_FILE, (int) length), file.toString())
                .tensors();
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
