package io.lockstep.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.LockstepException;
import io.lockstep.data.Split;
import io.lockstep.nn.LossSum;
import io.lockstep.storage.Directory;
import io.lockstep.storage.ParquetBytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsTableTest {
    private static final Configuration HADOOP = new Configuration();
    private static final Instant TIME = Instant.parse("2026-02-03T04:05:06.789012Z");

    private static final Path GOLDEN = Path.of("src/test/resources/golden/run-0.1.0/metrics");
    private static final EpochTimes TIMES = new EpochTimes(new StepTimes(1, 2, 3, 4, 5), 6, 7);

    @TempDir
    private Path directory;

    private MetricsTable table;

    @BeforeEach
    void writeTwoEpochs() throws Exception {
        table = new MetricsTable(directory(directory));
        table.write("run", epoch(2, Map.of(Split.TEST, 3.0, Split.TRAIN, 2.0)), TIMES);
        table.write("run", epoch(1, Map.of(Split.TRAIN, 1.0)), TIMES);
    }

    @Test
    void readsBackWhatItWroteInOrder() throws Exception {
        assertThat(table.read()).containsExactly(row(1, Split.TRAIN, 1), row(2, Split.TRAIN, 2), row(2, Split.TEST, 3));
    }

    @Test
    void anEpochWrittenAgainIsReplaced() throws Exception {
        table.write("run", epoch(2, Map.of(Split.TRAIN, 7.0)), TIMES);
        assertThat(table.read()).containsExactly(row(1, Split.TRAIN, 1), row(2, Split.TRAIN, 7));
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("epoch-00001.parquet", "epoch-00002.parquet");
    }

    @Test
    void whatCameAfterAnEpochIsRemoved() throws Exception {
        table.removeAfter(1);
        assertThat(table.read()).containsExactly(row(1, Split.TRAIN, 1));
    }

    @Test
    void duckDbReadsItAsOneTableWithTheDesignedColumns() throws Exception {
        try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckDb.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM read_parquet('" + directory
                        + "/*.parquet') WHERE split = 'test' ORDER BY epoch")) {
            List<String> columns = new ArrayList<>();
            ResultSetMetaData metaData = rows.getMetaData();
            for (int i = 1; i <= metaData.getColumnCount(); i++) {
                columns.add(metaData.getColumnName(i) + " " + metaData.getColumnTypeName(i));
            }
            assertThat(columns)
                    .containsExactly(
                            "run_id VARCHAR",
                            "epoch INTEGER",
                            "step BIGINT",
                            "split VARCHAR",
                            "examples BIGINT",
                            "loss DOUBLE",
                            "cross_entropy DOUBLE",
                            "penalty DOUBLE",
                            "accuracy DOUBLE",
                            "learning_rate DOUBLE",
                            "gradient_norm DOUBLE",
                            "seconds DOUBLE",
                            "examples_per_second DOUBLE",
                            "timestamp TIMESTAMP WITH TIME ZONE",
                            "scheduling_seconds DOUBLE",
                            "broadcast_seconds DOUBLE",
                            "compute_mean_seconds DOUBLE",
                            "compute_slowest_seconds DOUBLE",
                            "aggregation_seconds DOUBLE",
                            "update_seconds DOUBLE",
                            "evaluation_seconds DOUBLE");
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt("epoch")).isEqualTo(2);
            assertThat(rows.getLong("examples")).isEqualTo(8);
            assertThat(rows.getDouble("cross_entropy")).isEqualTo(3 / 8.0);
            assertThat(rows.getDouble("loss")).isEqualTo(3 / 8.0 + 0.5);
            assertThat(rows.getDouble("accuracy")).isEqualTo(0.5);
            assertThat(rows.getObject("timestamp", java.time.OffsetDateTime.class)
                            .toInstant())
                    .isEqualTo(TIME);
            assertThat(rows.getDouble("scheduling_seconds")).isEqualTo(2);
            assertThat(rows.getDouble("compute_slowest_seconds")).isEqualTo(4);
            assertThat(rows.getDouble("evaluation_seconds")).isEqualTo(7);
            assertThat(rows.next()).isFalse();
        }
    }

    @Test
    void theFileSaysWhichVersionOfTheSchemaItHas() throws Exception {
        org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path(
                directory.resolve("epoch-00001.parquet").toUri());
        try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromPath(file, HADOOP))) {
            assertThat(reader.getFileMetaData().getKeyValueMetaData()).containsEntry("lockstep.metrics.version", "1");
        }
    }

    @Test
    void filesOfVersion010AreRead() throws Exception {
        List<MetricsRow> rows = new MetricsTable(directory(GOLDEN)).read();
        assertThat(rows)
                .extracting(row -> row.at().epoch() + " " + row.at().step() + " " + row.split())
                .startsWith("1 6 TRAIN", "1 6 VALIDATION", "1 6 TEST", "2 12 TRAIN")
                .hasSize(9);
        MetricsRow last = rows.get(8);
        assertThat(last.runId()).isEqualTo("216db420-4af3-490d-bd09-4ba3aa7d3137");
        assertThat(last.means().examples()).isEqualTo(40);
        assertThat(last.accuracy()).isEqualTo(0.675);
        assertThat(last.loss()).isEqualTo(0.8800283685236665);
        assertThat(last.times().evaluation()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"2, true, expected metrics of version 1", "1, false, expected the columns of version 1"})
    void aFileOfAnotherVersionOrWithOtherColumnsIsRefused(String version, boolean columns, String message)
            throws Exception {
        MessageType schema = columns
                ? MetricsColumn.SCHEMA
                : MessageTypeParser.parseMessageType("message lockstep_metrics { required int32 epoch; }");
        byte[] file = ParquetBytes.write(
                schema, Map.of(MetricsTable.VERSION_KEY, version), List.of(), new Configuration(false));
        directory(directory).write("epoch-00003.parquet", file);
        assertThatThrownBy(table::read)
                .isInstanceOf(LockstepException.class)
                .hasMessageContainingAll("epoch-00003.parquet: ", message);
    }

    @Test
    void aDamagedFileIsRefused() throws Exception {
        directory(directory).write("epoch-00003.parquet", "no Parquet at all");
        assertThatThrownBy(table::read)
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("epoch-00003.parquet: ");
    }

    @Test
    void meansAreWeightedAndExamplesAreCounted() {
        EpochMetrics metrics = new EpochMetrics(
                at(1), 0.5, Map.of(Split.TEST, new EpochMetrics.OfSplit(new LossSum(3, 1, 4, 9), 1000)));
        MetricsRow row = metrics.rows("run", TIMES).get(0);
        assertThat(row.means()).isEqualTo(new MetricsRow.Means(9, 0.75, 0.5, 0.25, 1000));
        assertThat(row.loss()).isEqualTo(1.25);
    }

    @Test
    void theDocumentationDescribesEachColumn() throws Exception {
        List<String> expected = Arrays.stream(MetricsColumn.values())
                .map(MetricsColumn::documentation)
                .toList();
        assertThat(Files.readAllLines(Path.of("docs/metrics.md")).stream().filter(line -> line.startsWith("| `")))
                .containsExactlyElementsOf(expected);
    }

    private static Directory directory(Path path) {
        return Directory.at(new org.apache.hadoop.fs.Path(path.toUri()), HADOOP);
    }

    private static EpochMetrics epoch(int epoch, Map<Split, Double> lossSums) {
        Map<Split, EpochMetrics.OfSplit> splits = new EnumMap<>(Split.class);
        lossSums.forEach(
                (split, lossSum) -> splits.put(split, new EpochMetrics.OfSplit(new LossSum(lossSum, 4, 8, 8), 1000)));
        return new EpochMetrics(at(epoch), 0.5, splits);
    }

    private static MetricsRow row(int epoch, Split split, double lossSum) {
        return new MetricsRow("run", at(epoch), split, new MetricsRow.Means(8, lossSum / 8, 0.5, 0.5, 1000), TIMES);
    }

    private static EpochRecord at(int epoch) {
        return new EpochRecord(epoch, 10L * epoch, 0.1, 0.25, 1.5, TIME);
    }
}
