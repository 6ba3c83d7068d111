package io.lockstep.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.data.Split;
import io.lockstep.nn.LossSum;
import io.lockstep.storage.Directory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTableTest {
    private static final Configuration HADOOP = new Configuration();
    private static final Instant TIME = Instant.parse("2026-02-03T04:05:06.789012Z");

    private static final EpochTimes TIMES = new EpochTimes(new StepTimes(1, 2, 3, 4, 5), 6, 7);

    @TempDir
    private Path directory;

    private MetricsTable table;

    @BeforeEach
    void writeTwoEpochs() throws Exception {
        table = new MetricsTable(Directory.at(new org.apache.hadoop.fs.Path(directory.toUri()), HADOOP));
        table.write("run", 2, List.of(row(2, Split.TEST, 3), row(2, Split.TRAIN, 2)), TIMES);
        table.write("run", 1, List.of(row(1, Split.TRAIN, 1)), TIMES);
    }

    @Test
    void readsBackWhatItWroteInOrder() throws Exception {
        assertThat(table.read()).containsExactly(row(1, Split.TRAIN, 1), row(2, Split.TRAIN, 2), row(2, Split.TEST, 3));
    }

    @Test
    void anEpochWrittenAgainIsReplaced() throws Exception {
        table.write("run", 2, List.of(row(2, Split.TRAIN, 7)), TIMES);
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

    private static MetricsRow row(int epoch, Split split, double lossSum) {
        EpochRecord at = new EpochRecord(epoch, 10L * epoch, 0.1, 0.25, 1.5, TIME);
        return new MetricsRow(at, split, new LossSum(lossSum, 4, 8), 0.5, 1000);
    }
}
