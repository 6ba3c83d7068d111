package io.lockstep.inference;

import io.lockstep.LockstepException;
import io.lockstep.data.InputReader;
import io.lockstep.data.LabelReader;
import io.lockstep.data.MissingColumn;
import io.lockstep.data.WeightReader;
import io.lockstep.data.prepare.ColumnPreparation;
import io.lockstep.data.prepare.Encoder;
import io.lockstep.data.prepare.InputColumn;
import io.lockstep.data.prepare.UnfitValueException;
import io.lockstep.data.prepare.ValueSink;
import io.lockstep.data.source.Table;
import io.lockstep.data.source.TableColumn;
import io.lockstep.data.source.TableRow;
import io.lockstep.model.TrainedModel;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.util.LongAccumulator;

/** Scores the rows of a table. */
final class TableScoring implements ScoringData {
    private final Table table;
    private final Broadcast<TrainedModel> model;
    private final Plan plan;
    private final List<String> names;
    private final LongAccumulator unseen;

    /**
     * Where in a row what is.
     *
     * @param columns of the rows, each once: first the inputs
     * @param label −1 if labels are not read
     * @param weight −1 if there are none
     * @param kept those that are kept, which may be any
     */
    private record Plan(
            List<InputColumn> inputs,
            List<TableColumn> columns,
            TableColumn.Type labelType,
            int label,
            int weight,
            int[] kept,
            boolean reject)
            implements Serializable {}

    private TableScoring(
            Table table, Broadcast<TrainedModel> model, Plan plan, List<String> names, LongAccumulator unseen) {
        this.table = table;
        this.model = model;
        this.plan = plan;
        this.names = names;
        this.unseen = unseen;
    }

    /**
     * @param unseen counts categories that the model does not know
     * @throws LockstepException of kind {@code DATA} if the table has not the columns that are needed
     */
    static TableScoring open(JavaSparkContext spark, ScoringRequest request, LongAccumulator unseen) {
        List<InputColumn> inputs = inputs(request);
        OptionalInt width = inputs.size() == 1 && inputs.get(0).kind() == InputColumn.Kind.ARRAY
                ? OptionalInt.of(inputs.get(0).width())
                : OptionalInt.empty();
        Table table = Table.open(spark, request.uri(), request.format(), request.csv(), width);
        Map<String, TableColumn> found =
                table.columns().stream().collect(Collectors.toMap(TableColumn::name, Function.identity()));
        Map<String, Integer> places = new LinkedHashMap<>();
        inputs.forEach(input -> place(input.name(), places));
        requireColumns(request, List.copyOf(places.keySet()), found);
        int label = request.label().map(name -> place(name, places)).orElse(-1);
        int weight = request.weight().map(name -> place(name, places)).orElse(-1);
        List<String> keep = request.keepAll()
                ? table.columns().stream().map(TableColumn::name).toList()
                : request.keep();
        int[] kept = keep.stream().mapToInt(name -> place(name, places)).toArray();
        List<String> names = List.copyOf(places.keySet());
        for (String name : names) {
            if (!found.containsKey(name)) {
                throw LockstepException.data(request.uri() + ": expected a column '" + name + "', found none"
                        + MissingColumn.advice(name, found.keySet()));
            }
        }
        Plan plan = new Plan(
                inputs,
                List.copyOf(names.stream().map(found::get).toList()),
                labelType(request.model()),
                label,
                weight,
                kept,
                request.reject());
        return new TableScoring(table, spark.broadcast(request.model()), plan, names, unseen);
    }

    private static int place(String name, Map<String, Integer> places) {
        places.putIfAbsent(name, places.size());
        return places.get(name);
    }

    private static List<InputColumn> inputs(ScoringRequest request) {
        List<InputColumn> inputs = new ArrayList<>();
        for (ColumnPreparation column : request.model().preparation().columns()) {
            if (column instanceof ColumnPreparation.Bytes bytes) {
                throw LockstepException.data(request.uri() + ": expected idx files of " + bytes.valueCount()
                        + " bytes a row, as the model was trained on, found a table; name the format by --format idx");
            }
            inputs.add(InputColumn.of(column));
        }
        return inputs;
    }

    private static void requireColumns(ScoringRequest request, List<String> inputs, Map<String, TableColumn> found) {
        List<String> missing =
                inputs.stream().filter(name -> !found.containsKey(name)).toList();
        if (!missing.isEmpty()) {
            throw LockstepException.data(request.uri() + ": expected the " + inputs.size()
                    + " columns that the model was trained on, found " + (inputs.size() - missing.size())
                    + " of them and no "
                    + missing.stream().limit(10).map(name -> "'" + name + "'").collect(Collectors.joining(", "))
                    + MissingColumn.advice(missing.get(0), found.keySet()));
        }
    }

    /** What labels of the model are taken for. */
    private static TableColumn.Type labelType(TrainedModel model) {
        Object value = model.classes().get(0).value();
        return value instanceof Long
                ? TableColumn.Type.INTEGER
                : value instanceof Boolean ? TableColumn.Type.BOOLEAN : TableColumn.Type.TEXT;
    }

    @Override
    public List<StructField> keptColumns() {
        List<String> kept = Arrays.stream(plan.kept()).mapToObj(names::get).toList();
        return Arrays.asList(table.schema(kept).fields());
    }

    @Override
    public JavaRDD<ScoredRow> scored() {
        Broadcast<TrainedModel> broadcast = model;
        Plan read = plan;
        LongAccumulator counter = unseen;
        return table.rows(names, rows -> scored(rows, broadcast.value(), read, counter));
    }

    private static Iterator<ScoredRow> scored(
            Iterator<TableRow> rows, TrainedModel model, Plan plan, LongAccumulator unseen) {
        Encoder encoder = Encoder.of(model.preparation());
        Inputs inputs = new Inputs(encoder, unseen);
        InputReader values = new InputReader(plan.inputs(), plan.columns(), true);
        return new BatchScorer<>(rows, model, (row, target, offset) -> {
            float[] none = null;
            Object[] kept = Arrays.stream(plan.kept()).mapToObj(row::value).toArray();
            try {
                inputs.begin(target, offset);
                values.read(row, inputs);
                double weight = plan.weight() < 0
                        ? 1
                        : WeightReader.read(row, plan.weight(), plan.columns().get(plan.weight()));
                return new ScoredRow(kept, none, truth(row, model, plan), weight, null);
            } catch (UnfitValueException unfit) {
                String problem = row.place() + ": " + unfit.getMessage();
                if (!plan.reject()) {
                    throw LockstepException.data(problem, unfit);
                }
                return new ScoredRow(kept, none, -1, 1, problem);
            }
        });
    }

    private static int truth(TableRow row, TrainedModel model, Plan plan) {
        if (plan.label() < 0) {
            return -1;
        }
        TableColumn column = plan.columns().get(plan.label());
        var label = new LabelReader(plan.labelType(), column, plan.label()).read(row);
        int truth = Collections.binarySearch(model.classes(), label);
        if (truth < 0) {
            throw new UnfitValueException(
                    column.name(), "expected one of the model's labels " + model.classes() + ", found '" + label + "'");
        }
        return truth;
    }

    /** Writes the inputs of rows. */
    private static final class Inputs implements ValueSink {
        private final Encoder encoder;
        private final LongAccumulator unseen;
        private final float[] zeros;
        private float[] target;
        private int offset;

        Inputs(Encoder encoder, LongAccumulator unseen) {
            this.encoder = encoder;
            this.unseen = unseen;
            this.zeros = new float[encoder.inputCount()];
            encoder.zeros(zeros, 0);
        }

        void begin(float[] newTarget, int newOffset) {
            target = newTarget;
            offset = newOffset;
            System.arraycopy(zeros, 0, target, offset, zeros.length);
        }

        @Override
        public void number(int position, double value) {
            target[offset + encoder.input(position)] = encoder.number(position, value);
        }

        @Override
        public void missing(int position) {
            float value = encoder.missing(position);
            if (!encoder.isCategory(position)) {
                target[offset + encoder.input(position)] = value;
            }
        }

        @Override
        public void text(int position, String value) {
            int input = encoder.category(position, value);
            if (input >= 0) {
                target[offset + input] = 1;
            } else {
                unseen.add(1);
            }
        }
    }
}
