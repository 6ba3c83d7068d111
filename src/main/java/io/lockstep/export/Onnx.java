package io.lockstep.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.lockstep.LockstepException;
import io.lockstep.data.Label;
import io.lockstep.data.prepare.ColumnPreparation;
import io.lockstep.data.prepare.ColumnPreparation.Bytes;
import io.lockstep.data.prepare.ColumnPreparation.Categories;
import io.lockstep.data.prepare.ColumnPreparation.Numbers;
import io.lockstep.model.LabelType;
import io.lockstep.model.TrainedModel;
import io.lockstep.nn.Layer;
import io.lockstep.storage.Json;
import io.lockstep.storage.WeightsDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A trained model as an ONNX model that takes raw values, prepares them, and gives labels and probabilities.
 *
 * <p>Inputs are the columns under their names, (rows × 1) or (rows × length of the arrays): numbers as double, of which
 * NaN is a missing one, and texts as string, of which the empty one is. The bytes of IDX rows are one float input,
 * {@code features} (rows × features). Outputs are {@code label} (rows), int64, string or bool, and
 * {@code probabilities} (rows × classes) in the order of the model's classes.
 *
 * <p>Numbers are prepared in double and rounded once, as {@link io.lockstep.data.prepare.Encoder} does it. What the
 * model refuses cannot be refused in ONNX, but for unknown categories: a missing number that is not filled in makes all
 * probabilities NaN, and a missing category is passed over where an unknown one is.
 */
public final class Onnx {
    private static final String LABEL = "label";
    private static final String PROBABILITIES = "probabilities";

    /** ONNX has no missing texts. */
    private static final String MISSING = "";

    // Read by every runtime since 2020.
    private static final int IR_VERSION = 7;
    private static final int OPERATORS_VERSION = 13;
    private static final int TABLE_OPERATORS_VERSION = 2;

    /** A protocol buffer has at most 2 GB, of which this leaves some to the rest. */
    private static final int MAX_PARAMETERS = 500_000_000;

    private final TrainedModel model;
    private final OnnxGraph graph;

    private Onnx(TrainedModel model) {
        this.model = model;
        this.graph = new OnnxGraph("lockstep " + model.network(), reservedNames(model));
    }

    /**
     * The bytes of an ONNX file; the same for the same model.
     *
     * @throws LockstepException of kind {@code DATA} if ONNX cannot express the model: a column has the name of an
     *     output or none, or there are more than 500 million parameters
     */
    public static byte[] encode(TrainedModel model) {
        if (model.parameters().length > MAX_PARAMETERS) {
            throw LockstepException.data(
                    "ONNX files hold at most " + MAX_PARAMETERS + " parameters, found " + model.parameters().length);
        }
        return new Onnx(model).build().toByteArray();
    }

    private static Set<String> reservedNames(TrainedModel model) {
        Set<String> names = model.preparation().columns().stream()
                .map(ColumnPreparation::name)
                .collect(Collectors.toSet());
        for (String output : List.of(LABEL, PROBABILITIES, "")) {
            if (!names.add(output)) {
                throw LockstepException.data(
                        "column '" + output + "': expected a name that is neither empty nor that of"
                                + " an output, because in ONNX each name exists once; rename the column and train again");
            }
        }
        return names;
    }

    private ModelProto build() {
        String inputs = joined(prepared());
        String logits = logits(inputs);
        label(graph.apply(
                "ArgMax", List.of(logits), OnnxGraph.attribute("axis", 1), OnnxGraph.attribute("keepdims", 0)));
        graph.apply("", "Softmax", List.of(logits), PROBABILITIES, OnnxGraph.attribute("axis", 1));
        graph.output(PROBABILITIES, DataType.FLOAT, model.classes().size());
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("lockstep")
                .setProducerVersion(model.provenance().lockstepVersion())
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPERATORS_VERSION))
                .addOpsetImport(OperatorSetIdProto.newBuilder()
                        .setDomain(OnnxGraph.TABLES)
                        .setVersion(TABLE_OPERATORS_VERSION))
                .setGraph(graph.build())
                .addMetadataProps(metadata(
                        "classes",
                        Json.writeCompact(
                                model.classes().stream().map(Label::value).toList())))
                .addMetadataProps(metadata("runId", model.provenance().runId()))
                .addMetadataProps(metadata("weightsSha256", WeightsDigest.sha256(model.parameters())))
                .build();
    }

    private static StringStringEntryProto metadata(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    /**
     * The inputs of the network in parts, float (rows × inputs of the part). Numbers of neighbouring columns are one
     * part: runtimes take long to read a graph with operators for each of a thousand columns.
     */
    private List<String> prepared() {
        List<String> parts = new ArrayList<>();
        List<Numbers> neighbours = new ArrayList<>();
        for (ColumnPreparation column : model.preparation().columns()) {
            if (column instanceof Numbers numbers) {
                neighbours.add(numbers);
                continue;
            }
            if (!neighbours.isEmpty()) {
                parts.add(prepared(neighbours));
                neighbours.clear();
            }
            if (column instanceof Categories categories && categories.inputCount() > 0) {
                parts.add(prepared(categories));
            } else if (column instanceof Bytes bytes) {
                parts.add(prepared(bytes));
            }
        }
        if (!neighbours.isEmpty()) {
            parts.add(prepared(neighbours));
        }
        return parts;
    }

    private String joined(List<String> parts) {
        return parts.size() == 1 ? parts.get(0) : graph.apply("Concat", parts, OnnxGraph.attribute("axis", 1));
    }

    private String prepared(Bytes bytes) {
        String input = graph.input(bytes.name(), DataType.FLOAT, bytes.valueCount());
        return graph.apply("Mul", List.of(input, graph.floats(new float[] {bytes.scale()}, 0, 1)));
    }

    private String prepared(List<Numbers> columns) {
        String values = joined(columns.stream()
                .map(column -> graph.input(column.name(), DataType.DOUBLE, column.valueCount()))
                .toList());
        double[] missing = all(columns, Numbers::missing);
        if (!Arrays.stream(missing).allMatch(Double::isNaN)) {
            String isMissing = graph.apply("IsNaN", List.of(values));
            values = graph.apply("Where", List.of(isMissing, constant(missing), values));
        }
        String differences = graph.apply("Sub", List.of(values, constant(all(columns, Numbers::subtract))));
        String quotients = graph.apply("Div", List.of(differences, constant(all(columns, Numbers::divide))));
        return graph.apply("Cast", List.of(quotients), OnnxGraph.attribute("to", DataType.FLOAT.getNumber()));
    }

    private static double[] all(List<Numbers> columns, Function<Numbers, double[]> values) {
        return columns.stream().map(values).flatMapToDouble(Arrays::stream).toArray();
    }

    private String constant(double[] values) {
        return graph.doubles(values, values.length);
    }

    /**
     * The operator makes (rows × 1 × categories). It either refuses every value that it does not know or ignores all of
     * them; if it ignores them, a missing value needs a category of its own, which is cut off again.
     */
    private String prepared(Categories column) {
        List<String> known = new ArrayList<>(column.categories());
        boolean missingOnly = column.missingAllowed() && !column.unseenAllowed() && !known.contains(MISSING);
        if (missingOnly) {
            known.add(MISSING);
        }
        String value = graph.input(column.name(), DataType.STRING, 1);
        String codes = graph.name("OneHotEncoder");
        graph.apply(
                OnnxGraph.TABLES,
                "OneHotEncoder",
                List.of(value),
                codes,
                OnnxGraph.attribute("cats_strings", known),
                OnnxGraph.attribute("zeros", column.unseenAllowed() ? 1 : 0));
        String matrix = graph.apply("Reshape", List.of(codes, graph.longs(List.of(-1L, (long) known.size()))));
        if (!missingOnly) {
            return matrix;
        }
        String from = graph.longs(List.of(0L));
        String to = graph.longs(List.of((long) column.inputCount()));
        String axis = graph.longs(List.of(1L));
        return graph.apply("Slice", List.of(matrix, from, to, axis));
    }

    private String logits(String inputs) {
        List<Layer> layers = model.network().layers();
        String output = inputs;
        for (Layer layer : layers) {
            if (layer != layers.get(0)) {
                output = graph.apply("Relu", List.of(output));
            }
            // (out × in) column-major is [in, out] row-major: the same numbers in the same order.
            String weights = graph.floats(
                    model.parameters(), layer.weightOffset(), layer.biasOffset(), layer.inputs(), layer.outputs());
            String bias = graph.floats(model.parameters(), layer.biasOffset(), layer.end(), layer.outputs());
            output = graph.apply("Gemm", List.of(output, weights, bias));
        }
        return output;
    }

    private void label(String index) {
        LabelType type = LabelType.of(model.classes());
        String labels = switch (type) {
            case INTEGER -> graph.longs(values(Long.class));
            case TEXT -> graph.texts(values(String.class));
            case BOOLEAN -> graph.booleans(values(Boolean.class));
        };
        graph.apply("", "Gather", List.of(labels, index), LABEL);
        graph.output(
                LABEL,
                switch (type) {
                    case INTEGER -> DataType.INT64;
                    case TEXT -> DataType.STRING;
                    case BOOLEAN -> DataType.BOOL;
                });
    }

    private <T> List<T> values(Class<T> type) {
        return model.classes().stream().map(label -> type.cast(label.value())).toList();
    }
}
