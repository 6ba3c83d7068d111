package io.lockstep.data;

import io.lockstep.LockstepException;
import io.lockstep.data.prepare.InputColumn;
import io.lockstep.data.prepare.Learning;
import io.lockstep.data.prepare.Preparation;
import io.lockstep.data.source.Table;
import io.lockstep.data.source.TableColumn;
import io.lockstep.linalg.Arithmetic;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Tables to train and judge on. They are read twice: a survey of the training rows finds what their columns are; then
 * all rows, in canonical form, are dealt into shards, where the preparation is learned and the rows are prepared.
 *
 * @param validation rows of their own for validation, or empty
 * @param test rows that training never sees, or empty
 * @param validationFraction of the training rows that go to validation, by content or key; in [0, 1)
 * @param given a preparation to use, instead of one that is learned
 * @param factor by which numbers are multiplied if they are not scaled otherwise
 */
public record TableData(
        String train,
        Optional<String> validation,
        Optional<String> test,
        double validationFraction,
        double factor,
        TableOptions options,
        Optional<Preparation> given)
        implements TrainingData {

    @Override
    public OptionalInt featureCount() {
        return OptionalInt.empty();
    }

    @Override
    public ShardedDataset load(JavaSparkContext spark, Function<DataSize, Sharding> sharding, Arithmetic arithmetic) {
        Table table = Table.open(spark, train, options.format(), options.csv());
        LayoutFinder finder = new LayoutFinder(train, options);
        TableLayout columns = finder.columns(table.columns());
        given.ifPresent(preparation -> finder.requireInputs(preparation, columns));
        Survey survey = survey(table, columns);
        TableLayout decided = finder.decide(columns, survey);
        TableLayout layout = given.map(decided::withInputsOf).orElse(decided);
        Sharding chosen = sharding.apply(survey.size(layout.inputs(), options.scaling()));
        JavaRDD<DealtRows> dealt = chosen.dealt(blocks(spark, table, layout, chosen));
        Learner.Learned learned = dealt.mapPartitions(partition ->
                        List.of(Learner.learn(partition, layout, arithmetic)).iterator())
                .treeReduce(Learner.Learned::plus);
        List<ShardSummary> summaries = learned.summaries();
        SplitLabels labels = new SplitLabels(summaries, train, validation, test, validationFraction);
        List<Label> classes = labels.classes();
        Preparation preparation = given.orElseGet(
                () -> new Learning(options.scaling(), factor, options.replaceMissing(), options.unseenAllowed())
                        .of(layout.inputs(), learned.statistics(), train));
        // Broadcast, because a preparation of many columns is large; it stays, because lost shards are made again.
        Broadcast<RowEncoding> encoding = spark.broadcast(new RowEncoding(
                layout.rows(), preparation, classes, options.classWeights().factors(learned.labelWeights())));
        return ShardedDataset.cached(dealt.map(rows -> encoding.value().shard(rows)), shards -> {
            shards.foreachPartition(prepared -> prepared.forEachRemaining(shard -> {}));
            return new ShardedDataset(
                    shards,
                    chosen,
                    preparation,
                    Learning.constantColumns(layout.inputs(), learned.statistics()),
                    RowDecoder.ofClasses(classes.size()),
                    labels,
                    classes,
                    summaries);
        });
    }

    /** Rows for validation or test, whose arrays are as long as those of the training rows. */
    private Table open(JavaSparkContext spark, String uri, TableLayout layout) {
        List<InputColumn> inputs = layout.inputs();
        boolean oneArray = inputs.size() == 1 && inputs.get(0).kind() == InputColumn.Kind.ARRAY;
        OptionalInt width = oneArray ? OptionalInt.of(inputs.get(0).width()) : OptionalInt.empty();
        return Table.open(spark, uri, options.format(), options.csv(), width);
    }

    private static Survey survey(Table table, TableLayout layout) {
        List<String> names = layout.columns(false);
        List<TableColumn> columns = types(table, names);
        return table
                .rows(names, rows -> List.of(Survey.of(rows, layout, columns)).iterator())
                .collect()
                .stream()
                .reduce(Survey::plus)
                .orElseThrow(() -> LockstepException.data("expected rows, found none"));
    }

    /** The columns of a name, in the order of the names. */
    private static List<TableColumn> types(Table table, List<String> names) {
        Map<String, TableColumn> byName = new TreeMap<>();
        table.columns().forEach(column -> byName.put(column.name(), column));
        return names.stream().map(byName::get).toList();
    }

    private JavaPairRDD<Integer, byte[]> blocks(
            JavaSparkContext spark, Table table, TableLayout layout, Sharding sharding) {
        JavaPairRDD<Integer, byte[]> blocks = blocks(table, train, layout, sharding, Split.TRAIN, validationFraction);
        if (validation.isPresent()) {
            String uri = validation.get();
            blocks = blocks.union(blocks(open(spark, uri, layout), uri, layout, sharding, Split.VALIDATION, 0));
        }
        if (test.isPresent()) {
            blocks = blocks.union(blocks(open(spark, test.get(), layout), test.get(), layout, sharding, Split.TEST, 0));
        }
        return blocks;
    }

    private JavaPairRDD<Integer, byte[]> blocks(
            Table table, String uri, TableLayout layout, Sharding sharding, Split split, double fraction) {
        boolean withKey = fraction > 0 && !layout.splitBy().isEmpty();
        List<String> names = layout.columns(withKey);
        List<String> known = table.columns().stream().map(TableColumn::name).toList();
        for (String name : names) {
            if (!known.contains(name)) {
                throw LockstepException.data(uri + ": expected the columns of the training data, among them '" + name
                        + "', found none" + MissingColumn.advice(name, known));
            }
        }
        List<TableColumn> columns = types(table, names);
        boolean missingAllowed = options.replaceMissing();
        JavaRDD<byte[]> rows =
                table.rows(names, partition -> new RowReader(partition, layout, columns, withKey, missingAllowed));
        return sharding.blocks(rows, layout.rows(), split, fraction);
    }
}
