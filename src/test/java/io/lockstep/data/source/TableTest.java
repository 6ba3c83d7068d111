package io.lockstep.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {
    @RegisterExtension
    static final Tables tables = new Tables();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "orc", "json", "csv"})
    void theSameTableInAnyFormatGivesTheSameRowsInOrder(String format) throws IOException {
        String table = "SELECT id AS n, CAST(id AS DOUBLE) + 0.25D AS x, 'ü' || id AS t,"
                + " IF(id % 3 = 0, NULL, id % 2 = 0) AS b FROM range(0, 200, 1, 12)";
        Path path = save(table, format);
        List<String> rows = new ArrayList<>();
        for (int id = 0; id < 200; id++) {
            rows.add(id + "|" + id + ".25|ü" + id + "|" + (id % 3 == 0 ? "-" : id % 2 == 0));
        }
        Table open = tables.open(path);
        assertThat(Tables.rows(open, List.of("n", "x", "t", "b"))).containsExactlyElementsOf(rows);
        assertThat(Tables.rows(open, List.of("b", "n")))
                .containsExactlyElementsOf(rows.stream()
                        .map(row -> row.split("\\|")[3] + "|" + row.split("\\|")[0])
                        .toList());
        assertThat(Tables.rows(open, List.of())).containsExactlyElementsOf(Collections.nCopies(200, ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "orc"})
    void typesAreThoseOfTheFile(String format) throws IOException {
        Table table = tables.open(save(
                "SELECT CAST(1 AS BYTE) a, CAST(2 AS SHORT) b, 3 c, 4L d, CAST(0.1 AS FLOAT) e, 0.1D f, 1.50 g,"
                        + " true h, 'x' i, array(1, NULL, 3) j, array(0.5D) k, array('x') l, DATE'2026-01-01' m,"
                        + " struct(1 AS u) n, CAST(NULL AS STRING) o",
                format));
        assertThat(table.columns().stream().map(column -> column.type().name()).toList())
                .containsExactly(
                        "INTEGER INTEGER INTEGER INTEGER NUMBER NUMBER NUMBER BOOLEAN TEXT ARRAY ARRAY OTHER OTHER"
                                .concat(" OTHER TEXT")
                                .split(" "));
        assertThat(table.columns().get(12).holds()).isEqualTo("values of type date");
        assertThat(Tables.rows(table).get(0))
                .matches("1\\|2\\|3\\|4\\|0\\.1\\|0\\.1\\|1\\.5\\|true\\|x\\|3\\[0:1, 1:NaN, 2:3]\\|1\\[0:0\\.5]\\|"
                        + ".*\\(x\\)\\|2026-01-01\\|\\[1]\\|-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "orc"})
    void vectorsAreArraysWithOrWithoutTheirClass(String format) throws IOException {
        Table table = tables.open(save(
                "SELECT v FROM VALUES (0, named_struct('type', 0Y, 'size', 5, 'indices', array(1, 4), 'values',"
                        + " array(0.5D, 2D))), (1, named_struct('type', 1Y, 'size', CAST(NULL AS INT), 'indices',"
                        + " CAST(NULL AS ARRAY<INT>), 'values', array(1D, 0D, 3D))) AS t(i, v)",
                format));
        assertThat(table.columns().get(0).type()).isEqualTo(TableColumn.Type.ARRAY);
        assertThat(Tables.rows(table)).containsExactly("5[1:0.5, 4:2]", "3[0:1, 2:3]");
    }

    @Test
    void valuesAreThoseOfSparkSql() throws IOException {
        Table table = tables.open(
                save("SELECT 3 a, 1.50BD b, 'x' c, TIMESTAMP'2026-01-01 00:00:00' d, CAST(NULL AS INT) e", "parquet"));
        List<String> names = List.of("e", "d", "c", "b", "a");
        List<Row> rows = table.rows(names, all -> {
                    List<Row> made = new ArrayList<>();
                    all.forEachRemaining(row -> made.add(
                            RowFactory.create(row.value(0), row.value(1), row.value(2), row.value(3), row.value(4))));
                    return made.iterator();
                })
                .collect();
        assertThat(tables.session
                        .createDataFrame(rows, table.schema(names))
                        .selectExpr("e", "CAST(d AS STRING)", "c", "b", "a")
                        .collectAsList())
                .hasToString("[[null,2026-01-01 00:00:00,x,1.50,3]]");
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.CsvSource({
        "parquet, 9007199254740993",
        "orc, -9007199254740993",
        "parquet, 9223372036854775807"
    })
    void wholeNumbersThatADoubleCannotHoldAreRefused(String format, long number) throws IOException {
        Path path = save("SELECT " + number + "L AS id", format);
        tables.assertRefused(path, "row 1: column 'id': expected whole numbers that a double holds", "found " + number);
        assertThat(Tables.rows(tables.open(save("SELECT " + (1L << 60) + "L AS id", format))))
                .containsExactly(Long.toString(1L << 60));
    }

    @Test
    void csvFilesMayHaveTheirColumnsInAnyOrderAndMarksOfTheirWriter() {
        Tables.write(directory.resolve("t/a.csv"), "\uFEFFx,y\r\n1,\"a,\"\"b\"\"\"\r\n\r\n2,\r\n");
        Tables.write(directory.resolve("t/b.csv"), "y,x\n\"two\nlines\",3\n\"\",4");
        Tables.write(directory.resolve("t/c.csv"), "");
        Tables.write(directory.resolve("t/_SUCCESS"), "no table");
        Tables.write(directory.resolve("t/.d.csv.crc"), "no table");
        Tables.write(directory.resolve("t/_temporary/d.csv"), "no table");
        assertThat(Tables.rows(tables.open(directory.resolve("t"))))
                .containsExactly("1|a,\"b\"", "2|-", "3|two\nlines", "4|");
        assertThat(Tables.rows(tables.open(directory.resolve("t/*.csv")))).hasSize(4);
        assertThat(Tables.rows(tables.open(directory.resolve("t") + "," + directory.resolve("t/a.csv"))))
                .hasSize(4);
    }

    @Test
    void csvWithoutAHeaderHasColumnsByNumber() {
        Path file = Tables.write(directory.resolve("a.csv"), "1;x\n2;y\n");
        Table table = tables.open(file, CsvOptions.of(false, ";"));
        assertThat(table.columns()).extracting(TableColumn::name).containsExactly("c1", "c2");
        assertThat(Tables.rows(table)).containsExactly("1|x", "2|y");
    }

    @Test
    void anEmptyLineIsAMissingValueWhereThereIsOneColumn() {
        assertThat(Tables.rows(tables.open(Tables.write(directory.resolve("a.csv"), "x\n1\n\n3\n"))))
                .containsExactly("1", "-", "3");
    }

    @Test
    void aBackslashMayEscapeQuotes() {
        Path file = Tables.write(directory.resolve("a.csv"), "x,y\n\"a\\\"b\",\"\\\"\"\n");
        assertThat(Tables.rows(tables.open(file, new CsvOptions(true, ',', '"', '\\'))))
                .containsExactly("a\"b|\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "csv"})
    void directoriesNameColumnsWithWrittenText(String format) {
        Dataset<Row> rows = tables.session.sql(
                "SELECT * FROM VALUES (1, '01', 'a b'), (2, '1', 'ü/='), (3, NULL, 'c') AS t(x, k, l)");
        Path path = directory.resolve("partitioned");
        rows.repartition(1)
                .write()
                .option("header", "true")
                .partitionBy("k", "l")
                .format(format)
                .save(path.toString());
        Table table = tables.open(path);
        assertThat(table.columns().get(1)).isEqualTo(new TableColumn("k", TableColumn.Type.WRITTEN));
        assertThat(Tables.rows(table)).containsExactlyInAnyOrder("1|01|a b", "2|1|ü/=", "3|-|c");
        assertThat(Tables.rows(table, List.of("l"))).containsExactlyInAnyOrder("a b", "ü/=", "c");
    }

    @Test
    void jsonColumnsAreThoseOfAllRows() {
        Path file = Tables.write(
                directory.resolve("a.jsonl"),
                "{\"n\":1,\"t\":\"5\",\"a\":[1,null],\"o\":null}\n\n{\"b\":true,\"n\":2.5,\"m\":1}\r\n"
                        + "{\"m\":\"x\",\"n\":18446744073709551616}\n");
        Table table = tables.open(file);
        assertThat(table.columns())
                .extracting(column -> column.name() + " " + column.type())
                .containsExactly("n NUMBER", "t TEXT", "a ARRAY", "o NUMBER", "b BOOLEAN", "m OTHER");
        assertThat(table.columns().get(5).holds())
                .isEqualTo("whole numbers (file:" + file + ": line 3) and texts (file:" + file + ": line 4)");
        assertThat(Tables.rows(table, List.of("n", "t", "a", "o", "b", "m")).subList(0, 1))
                .containsExactly("1|5|2[0:1, 1:NaN]|-|-|-");
    }

    @Test
    void libsvmRowsAreSparseArrays() {
        Path file =
                Tables.write(directory.resolve("a.libsvm"), "# a comment\n+1 1:0.5\t3:-2 # 9:9\n\n01\n-1 2:1e2\r\n");
        assertThat(Tables.rows(tables.open(file))).containsExactly("+1|3[0:0.5, 2:-2]", "01|3[]", "-1|3[1:100]");
        assertThat(Tables.rows(Table.open(
                        tables.spark, file.toString(), TableFormat.LIBSVM, CsvOptions.DEFAULT, OptionalInt.of(7))))
                .contains("01|7[]");
    }

    /** Wherever a file of lines is cut, its parts have all its rows, and know the line of each. */
    @ParameterizedTest
    @ValueSource(strings = {"csv", "json", "libsvm"})
    void partsOfAFileHaveItsRows(String format) throws IOException {
        String content = switch (format) {
            case "csv" -> "\uFEFFx,ü\n1,ä\r\n\n22,\"\"\n333,€€€\n4,";
            case "json" -> "{\"x\":1,\"ü\":\"€\"}\n\n{\"x\":22}\n{\"ü\":\"ää\"}\n";
            default -> "1 1:1\n# ü\n22 5:1\n\n333 2:7 3:8";
        };
        Path path = Tables.write(directory.resolve("cut." + format), content);
        TableFile file = TableFiles.find(path.toString(), tables.spark.hadoopConfiguration())
                .get(0);
        Source source = switch (format) {
            case "csv" -> CsvSource.open(tables.spark, List.of(file), CsvOptions.DEFAULT);
            case "json" -> JsonSource.open(tables.spark, List.of(file));
            default -> LibsvmSource.open(tables.spark, List.of(file), OptionalInt.empty());
        };
        Source.Reader reader =
                source.reader(source.columns().stream().map(Source.Column::name).toList());
        List<String> whole = placesAndValues(reader, FilePart.whole(file));
        assertThat(whole).hasSizeGreaterThanOrEqualTo(3);
        for (long cut = 1; cut < file.bytes(); cut++) {
            List<String> parts = Stream.of(
                            new FilePart(file, 0, cut),
                            new FilePart(file, cut, 1),
                            new FilePart(file, cut + 1, file.bytes() - cut - 1))
                    .filter(part -> part.length() > 0)
                    .flatMap(part -> placesAndValues(reader, part).stream())
                    .toList();
            assertThat(parts).as("cut at " + cut).isEqualTo(whole);
        }
    }

    @Test
    void namesTellFormats() {
        assertThat(Stream.of(
                                "a.CSV",
                                "a.csv.gz",
                                "part-0.snappy.parquet",
                                "x.ndjson.bz2",
                                "x.svm",
                                "x.txt",
                                "csv",
                                "x.gz")
                        .map(name -> TableFormat.ofName(name)
                                .map(TableFormat::toString)
                                .orElse("-"))
                        .toList())
                .containsExactly("csv", "csv", "parquet", "json", "libsvm", "-", "csv", "-");
    }

    /** Small files go together, large ones are cut, nothing is lost and the order stays. */
    @Test
    void tasksReadAboutTheSame() {
        List<TableFile> files = IntStream.range(0, 300)
                .mapToObj(i -> new TableFile("f" + i, i % 100 == 7 ? 200L << 20 : 100_000, new TreeMap<>()))
                .toList();
        List<List<FilePart>> tasks = FilePart.gather(files, file -> !file.path().equals("f7"), 2);
        assertThat(tasks).hasSizeBetween(10, 30);
        Map<TableFile, Long> bytes = new LinkedHashMap<>();
        tasks.forEach(task -> task.forEach(part -> bytes.merge(part.file(), part.length(), Long::sum)));
        assertThat(List.copyOf(bytes.keySet())).isEqualTo(files);
        bytes.forEach((file, sum) -> assertThat(sum).isEqualTo(file.bytes()));
        assertThat(tasks.stream().flatMap(List::stream))
                .filteredOn(part -> part.file().path().equals("f7"))
                .hasSize(1);
    }

    private static List<String> placesAndValues(Source.Reader reader, FilePart part) {
        List<String> found = new ArrayList<>();
        try (Rows rows = reader.open(part)) {
            while (rows.next()) {
                found.add(rows.row().place() + " " + rows.row().value(0) + " "
                        + rows.row().value(1));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return found;
    }

    private Path save(String sql, String format) throws IOException {
        return tables.save(sql, format, directory);
    }
}
