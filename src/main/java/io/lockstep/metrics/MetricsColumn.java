package io.lockstep.metrics;

import io.lockstep.data.Split;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/**
 * The columns of the metrics table in their order: the name and type on disk, the value in a row, and what it means.
 * The schema, writer, reader and documentation of the table all derive from this list.
 */
enum MetricsColumn {
    RUN_ID(Kind.TEXT, MetricsRow::runId, "the run, as in `run.json`"),
    EPOCH(Kind.INTEGER, row -> row.at().epoch(), "counted from 1"),
    STEP(Kind.LONG, row -> row.at().step(), "steps since the start of training"),
    SPLIT(Kind.TEXT, row -> row.split().label(), "`train`, `validation` or `test`"),
    EXAMPLES(Kind.LONG, row -> row.means().examples(), "rows of the split, whatever their weights"),
    LOSS(Kind.NUMBER, MetricsRow::loss, "`cross_entropy + penalty`"),
    CROSS_ENTROPY(
            Kind.NUMBER,
            row -> row.means().crossEntropy(),
            "mean −ln p of the true class over the whole split after the epoch, weighted, in nats, without label"
                    + " smoothing and dropout"),
    PENALTY(Kind.NUMBER, row -> row.means().penalty(), "`--l2` times the sum of the squares of all weights"),
    ACCURACY(
            Kind.NUMBER, MetricsRow::accuracy, "part of the rows, weighted, whose most probable class is the true one"),
    LEARNING_RATE(Kind.NUMBER, row -> row.at().learningRate(), "of the epoch's last step"),
    GRADIENT_NORM(
            Kind.NUMBER,
            row -> row.at().gradientNorm(),
            "of the mean gradient in the epoch's last step, before clipping, with the gradient of the penalty unless"
                    + " the optimiser decouples it"),
    SECONDS(
            Kind.NUMBER,
            row -> row.at().seconds(),
            "since the start of training, with evaluation and checkpoints, without interruptions"),
    EXAMPLES_PER_SECOND(
            Kind.NUMBER,
            row -> row.means().examplesPerSecond(),
            "for `train`, of the steps, without checkpoints and evaluation; for the others, of evaluation"),
    TIMESTAMP(Kind.INSTANT, row -> row.at().timestamp(), "when the epoch ended"),
    SCHEDULING_SECONDS(
            Kind.NUMBER,
            row -> row.times().steps().scheduling(),
            "of the epoch's steps, from the start of their tasks to the results, without the slowest task's computing"),
    BROADCAST_SECONDS(Kind.NUMBER, row -> row.times().steps().broadcast(), "of the epoch's steps, sending weights"),
    COMPUTE_MEAN_SECONDS(
            Kind.NUMBER,
            row -> row.times().steps().computeMean(),
            "of the epoch's steps, a task's computing on average"),
    COMPUTE_SLOWEST_SECONDS(
            Kind.NUMBER,
            row -> row.times().steps().computeSlowest(),
            "of the epoch's steps, the slowest task's computing"),
    AGGREGATION_SECONDS(
            Kind.NUMBER,
            row -> row.times().steps().aggregation(),
            "of the epoch's steps, adding results on the driver"),
    UPDATE_SECONDS(Kind.NUMBER, row -> row.times().update(), "of the epoch's steps, updating the parameters"),
    EVALUATION_SECONDS(Kind.NUMBER, row -> row.times().evaluation(), "of all splits after the epoch");

    static final MessageType SCHEMA = schema();

    private final Kind kind;
    private final Function<MetricsRow, Object> value;
    private final String meaning;

    MetricsColumn(Kind kind, Function<MetricsRow, Object> value, String meaning) {
        this.kind = kind;
        this.value = value;
        this.meaning = meaning;
    }

    /** The name on disk. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** A line of the table in {@code docs/metrics.md}. */
    String documentation() {
        return "| `" + label() + "` | " + kind.label + " | " + meaning + " |";
    }

    /** A row as it is on disk. */
    static Group group(MetricsRow row) {
        Group group = new SimpleGroupFactory(SCHEMA).newGroup();
        for (MetricsColumn column : values()) {
            Object value = column.value.apply(row);
            switch (column.kind) {
                case TEXT -> group.append(column.label(), (String) value);
                case INTEGER -> group.append(column.label(), (int) value);
                case LONG -> group.append(column.label(), (long) value);
                case NUMBER -> group.append(column.label(), (double) value);
                case INSTANT -> group.append(column.label(), ChronoUnit.MICROS.between(Instant.EPOCH, (Instant) value));
            }
        }
        return group;
    }

    /** The row that a group of this schema holds. */
    static MetricsRow row(Group group) {
        EpochRecord at = new EpochRecord(
                group.getInteger(EPOCH.label(), 0),
                group.getLong(STEP.label(), 0),
                LEARNING_RATE.number(group),
                GRADIENT_NORM.number(group),
                SECONDS.number(group),
                Instant.EPOCH.plus(group.getLong(TIMESTAMP.label(), 0), ChronoUnit.MICROS));
        MetricsRow.Means means = new MetricsRow.Means(
                group.getLong(EXAMPLES.label(), 0),
                CROSS_ENTROPY.number(group),
                PENALTY.number(group),
                ACCURACY.number(group),
                EXAMPLES_PER_SECOND.number(group));
        StepTimes steps = new StepTimes(
                BROADCAST_SECONDS.number(group),
                SCHEDULING_SECONDS.number(group),
                COMPUTE_MEAN_SECONDS.number(group),
                COMPUTE_SLOWEST_SECONDS.number(group),
                AGGREGATION_SECONDS.number(group));
        EpochTimes times = new EpochTimes(steps, UPDATE_SECONDS.number(group), EVALUATION_SECONDS.number(group));
        return new MetricsRow(group.getString(RUN_ID.label(), 0), at, split(group), means, times);
    }

    private static Split split(Group group) {
        String label = group.getString(SPLIT.label(), 0);
        return Arrays.stream(Split.values())
                .filter(split -> split.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown split '" + label + "'"));
    }

    private double number(Group group) {
        return group.getDouble(label(), 0);
    }

    private static MessageType schema() {
        Types.MessageTypeBuilder schema = Types.buildMessage();
        for (MetricsColumn column : values()) {
            schema.addField(column.kind.field(column.label()));
        }
        return schema.named("lockstep_metrics");
    }

    /** A type of Parquet's. */
    private enum Kind {
        TEXT("string", PrimitiveTypeName.BINARY, LogicalTypeAnnotation.stringType()),
        INTEGER("int32", PrimitiveTypeName.INT32, null),
        LONG("int64", PrimitiveTypeName.INT64, null),
        NUMBER("double", PrimitiveTypeName.DOUBLE, null),
        INSTANT(
                "timestamp, UTC, microseconds",
                PrimitiveTypeName.INT64,
                LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS));

        private final String label;
        private final PrimitiveTypeName primitive;
        private final LogicalTypeAnnotation logical;

        Kind(String label, PrimitiveTypeName primitive, LogicalTypeAnnotation logical) {
            this.label = label;
            this.primitive = primitive;
            this.logical = logical;
        }

        PrimitiveType field(String name) {
            return Types.required(primitive).as(logical).named(name);
        }
    }
}
