package io.lockstep.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** A graph of ONNX while it is built: operations are appended, and each returns the name of what it computes. */
final class OnnxGraph {
    /** The domain of operators that ONNX has for tables. */
    static final String TABLES = "ai.onnx.ml";

    private static final String ROWS = "rows";

    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final Set<String> taken;
    private int count;

    /** @param taken names that inputs and outputs have */
    OnnxGraph(String name, Set<String> taken) {
        this.taken = Set.copyOf(taken);
        graph.setName(name);
    }

    GraphProto build() {
        return graph.build();
    }

    /** Declares an input (rows × width), and returns its name. */
    String input(String name, DataType type, int width) {
        graph.addInput(value(name, type, dimension(width)));
        return name;
    }

    /** Declares an output (rows). */
    void output(String name, DataType type) {
        graph.addOutput(value(name, type));
    }

    /** Declares an output (rows × width). */
    void output(String name, DataType type, int width) {
        graph.addOutput(value(name, type, dimension(width)));
    }

    /** Appends an operator of one result, of the ONNX standard. */
    String apply(String operator, List<String> inputs, AttributeProto... attributes) {
        String result = name(operator);
        apply("", operator, inputs, result, attributes);
        return result;
    }

    /** As above, with a name for the result, and of any domain of operators. */
    void apply(String domain, String operator, List<String> inputs, String result, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setDomain(domain)
                .setOpType(operator)
                .setName("compute " + result)
                .addAllInput(inputs)
                .addOutput(result)
                .addAllAttribute(List.of(attributes)));
    }

    /** A name that nothing in the graph has yet. */
    String name(String operator) {
        String name;
        do {
            name = operator + "." + count++;
        } while (taken.contains(name));
        return name;
    }

    String floats(float[] values, int from, int to, long... shape) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(to - from, Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values, from, to - from);
        return constant(tensor(DataType.FLOAT, shape).setRawData(ByteString.copyFrom(bytes)));
    }

    String doubles(double[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Double.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(values);
        return constant(tensor(DataType.DOUBLE, shape).setRawData(ByteString.copyFrom(bytes)));
    }

    String longs(List<Long> values) {
        return constant(tensor(DataType.INT64, values.size()).addAllInt64Data(values));
    }

    String texts(List<String> values) {
        return constant(tensor(DataType.STRING, values.size())
                .addAllStringData(values.stream().map(OnnxGraph::bytes).toList()));
    }

    String booleans(List<Boolean> values) {
        return constant(tensor(DataType.BOOL, values.size())
                .addAllInt32Data(values.stream().map(value -> value ? 1 : 0).toList()));
    }

    static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto attribute(String name, List<String> values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.STRINGS)
                .addAllStrings(values.stream().map(OnnxGraph::bytes).toList())
                .build();
    }

    private String constant(TensorProto.Builder tensor) {
        String name = name("Constant");
        graph.addInitializer(tensor.setName(name));
        return name;
    }

    private static TensorProto.Builder tensor(DataType type, long... shape) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(type.getNumber());
        for (long size : shape) {
            tensor.addDims(size);
        }
        return tensor;
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFrom(text, StandardCharsets.UTF_8);
    }

    private static ValueInfoProto value(String name, DataType type, Dimension... dimensions) {
        TensorShapeProto shape = TensorShapeProto.newBuilder()
                .addDim(Dimension.newBuilder().setDimParam(ROWS))
                .addAllDim(List.of(dimensions))
                .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(shape)))
                .build();
    }

    private static Dimension dimension(int size) {
        return Dimension.newBuilder().setDimValue(size).build();
    }
}
