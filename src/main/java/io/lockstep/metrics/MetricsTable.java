package io.lockstep.metrics;

import io.lockstep.data.Split;
import io.lockstep.nn.LossSum;
import io.lockstep.storage.Directory;
import io.lockstep.storage.ParquetBytes;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/**
 * The metrics of a run as a directory of Parquet files, one an epoch, which any reader sees as one table, also while
 * the run goes on.
 */
public final class MetricsTable {
    /** Stands in each file's metadata under {@link #VERSION_KEY}; changes whenever a column changes its meaning. */
    static final String VERSION = "1";

    private static final Pattern EPOCH_FILE = Pattern.compile("epoch-(\\d{1,10})\\.parquet");

    static final String VERSION_KEY = "lockstep.metrics.version";

    private static final MessageType SCHEMA = Types.buildMessage()
            .required(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named("run_id")
            .required(PrimitiveTypeName.INT32)
            .named("epoch")
            .required(PrimitiveTypeName.INT64)
            .named("step")
            .required(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.stringType())
            .named("split")
            .required(PrimitiveTypeName.INT64)
            .named("examples")
            .required(PrimitiveTypeName.DOUBLE)
            .named("loss")
            .required(PrimitiveTypeName.DOUBLE)
            .named("cross_entropy")
            .required(PrimitiveTypeName.DOUBLE)
            .named("penalty")
            .required(PrimitiveTypeName.DOUBLE)
            .named("accuracy")
            .required(PrimitiveTypeName.DOUBLE)
            .named("learning_rate")
            .required(PrimitiveTypeName.DOUBLE)
            .named("gradient_norm")
            .required(PrimitiveTypeName.DOUBLE)
            .named("seconds")
            .required(PrimitiveTypeName.DOUBLE)
            .named("examples_per_second")
            .required(PrimitiveTypeName.INT64)
            .as(LogicalTypeAnnotation.timestampType(true, LogicalTypeAnnotation.TimeUnit.MICROS))
            .named("timestamp")
            .required(PrimitiveTypeName.DOUBLE)
            .named("scheduling_seconds")
            .required(PrimitiveTypeName.DOUBLE)
            .named("broadcast_seconds")
            .required(PrimitiveTypeName.DOUBLE)
            .named("compute_mean_seconds")
            .required(PrimitiveTypeName.DOUBLE)
            .named("compute_slowest_seconds")
            .required(PrimitiveTypeName.DOUBLE)
            .named("aggregation_seconds")
            .required(PrimitiveTypeName.DOUBLE)
            .named("update_seconds")
            .required(PrimitiveTypeName.DOUBLE)
            .named("evaluation_seconds")
            .named("lockstep_metrics");

    private final Directory directory;

    public MetricsTable(Directory directory) {
        this.directory = directory;
    }

    /** Writes, or replaces, the file of one epoch. */
    public void write(String runId, int epoch, List<MetricsRow> rows, EpochTimes times) throws IOException {
        ParquetBytes file = new ParquetBytes();
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(file)
                .withType(SCHEMA)
                .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
                .withExtraMetaData(Map.of(VERSION_KEY, VERSION))
                .build()) {
            for (MetricsRow row : rows) {
                writer.write(toGroup(runId, row, times));
            }
        }
        directory.write(fileName(epoch), file.toByteArray());
    }

    /** Removes the epochs that an interrupted run recorded after the one at which it resumes. */
    public void removeAfter(int epoch) throws IOException {
        for (String name : files()) {
            if (epoch(name) > epoch) {
                directory.delete(name);
            }
        }
    }

    /** All rows so far, by epoch and then by split. */
    public List<MetricsRow> read() throws IOException {
        List<MetricsRow> rows = new ArrayList<>();
        for (String name : files()) {
            try (ParquetReader<Group> reader = ParquetReader.builder(new GroupReadSupport(), directory.file(name))
                    .withConf(directory.hadoop())
                    .build()) {
                for (Group group = reader.read(); group != null; group = reader.read()) {
                    rows.add(fromGroup(group));
                }
            }
        }
        rows.sort(Comparator.comparingInt((MetricsRow row) -> row.at().epoch()).thenComparing(MetricsRow::split));
        return rows;
    }

    private static String fileName(int epoch) {
        return String.format(Locale.ROOT, "epoch-%05d.parquet", epoch);
    }

    /** The files of epochs; all else in the directory is somebody else's. */
    private List<String> files() throws IOException {
        return directory.files().stream().filter(name -> epoch(name) > 0).toList();
    }

    /** The epoch that a file is named after; 0 if it is not named as one of ours. */
    private static int epoch(String name) {
        Matcher number = EPOCH_FILE.matcher(name);
        if (!number.matches()) {
            return 0;
        }
        long epoch = Long.parseLong(number.group(1));
        return epoch <= Integer.MAX_VALUE && name.equals(fileName((int) epoch)) ? (int) epoch : 0;
    }

    private static Group toGroup(String runId, MetricsRow row, EpochTimes times) {
        EpochRecord at = row.at();
        return new SimpleGroupFactory(SCHEMA)
                .newGroup()
                .append("run_id", runId)
                .append("epoch", at.epoch())
                .append("step", at.step())
                .append("split", row.split().label())
                .append("examples", row.sums().exampleCount())
                .append("loss", row.loss())
                .append("cross_entropy", row.crossEntropy())
                .append("penalty", row.penalty())
                .append("accuracy", row.accuracy())
                .append("learning_rate", at.learningRate())
                .append("gradient_norm", at.gradientNorm())
                .append("seconds", at.seconds())
                .append("examples_per_second", row.examplesPerSecond())
                .append("timestamp", ChronoUnit.MICROS.between(Instant.EPOCH, at.timestamp()))
                .append("scheduling_seconds", times.steps().scheduling())
                .append("broadcast_seconds", times.steps().broadcast())
                .append("compute_mean_seconds", times.steps().computeMean())
                .append("compute_slowest_seconds", times.steps().computeSlowest())
                .append("aggregation_seconds", times.steps().aggregation())
                .append("update_seconds", times.update())
                .append("evaluation_seconds", times.evaluation());
    }

    private static MetricsRow fromGroup(Group group) {
        String label = group.getString("split", 0);
        Split split = Arrays.stream(Split.values())
                .filter(candidate -> candidate.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("unknown split '" + label + "' in a metrics file"));
        long examples = group.getLong("examples", 0);
        LossSum sums = new LossSum(
                group.getDouble("cross_entropy", 0) * examples,
                Math.round(group.getDouble("accuracy", 0) * examples),
                examples);
        EpochRecord at = new EpochRecord(
                group.getInteger("epoch", 0),
                group.getLong("step", 0),
                group.getDouble("learning_rate", 0),
                group.getDouble("gradient_norm", 0),
                group.getDouble("seconds", 0),
                Instant.EPOCH.plus(group.getLong("timestamp", 0), ChronoUnit.MICROS));
        return new MetricsRow(
                at, split, sums, group.getDouble("penalty", 0), group.getDouble("examples_per_second", 0));
    }
}
