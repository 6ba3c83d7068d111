package io.lockstep.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {
    private static JavaSparkContext spark;
    private static SparkSession session;

    @TempDir
    private Path directory;

    @BeforeAll
    static void startSpark() {
        spark = new JavaSparkContext(new SparkConf().setMaster("local[2]").setAppName("tables"));
        session = SparkSession.builder().sparkContext(spark.sc()).getOrCreate();
    }

    @AfterAll
    static void stopSpark() {
        session.stop();
    }

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "orc", "json", "csv"})
    void theSameTableInAnyFormatGivesTheSameRows(String format) {
        Dataset<Row> table = session.sql("SELECT id AS n, CAST(id AS DOUBLE) + 0.25D AS x, 'ü' || id AS t,"
                + " IF(id % 3 = 0, NULL, id % 2 = 0) AS b FROM range(0, 20, 1, 3)");
        String path = directory.resolve("table").toString();
        table.write()
                .option("header", "true")
                .mode(SaveMode.Overwrite)
                .format(format)
                .save(path);
        List<String> rows = new ArrayList<>();
        for (Row row : table.collectAsList()) {
            String x = Numbers.text(row.getDouble(1));
            rows.add(row.get(0) + "|" + x + "|" + row.get(2) + "|" + (row.isNullAt(3) ? "-" : row.get(3)));
        }
        assertThat(texts(open(path), List.of("n", "x", "t", "b"))).containsExactlyElementsOf(rows);
        assertThat(texts(open(path), List.of("b", "n")))
                .containsExactlyElementsOf(rows.stream()
                        .map(row -> row.split("\\|")[3] + "|" + row.split("\\|")[0])
                        .toList());
    }

    Table open(String path) {
        return Table.open(spark, path, TableFormat.AUTO, CsvOptions.DEFAULT);
    }

    static List<String> texts(Table table, List<String> columns) {
        int count = columns.size();
        return table.rows(columns, rows -> {
                    List<String> texts = new ArrayList<>();
                    rows.forEachRemaining(row -> {
                        List<String> values = new ArrayList<>();
                        for (int i = 0; i < count; i++) {
                            values.add(row.isMissing(i) ? "-" : row.text(i));
                        }
                        texts.add(String.join("|", values));
                    });
                    return texts.iterator();
                })
                .collect();
    }
}
