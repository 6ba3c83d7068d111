package io.lockstep.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.lockstep.LockstepException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each ends with exit code 3 and one line that says where. */
class BadTableTest {
    @RegisterExtension
    static final Tables tables = new Tables();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @org.junit.jupiter.params.provider.CsvSource(
            delimiter = '!',
            quoteCharacter = '`',
            value = {
                "csv ! x,y\\n1,2\\n3\\n ! line 3: expected 2 fields, as in the header, found 1",
                "csv ! x,y\\n1,2,3\\n ! line 2: expected 2 fields, as in the header, found 3",
                "csv ! x,y\\n1,2\\n \\n ! line 3: expected 2 fields, as in the header, found 1",
                "csv ! x,y\\n\"a\\nb\",2\\n\"a\"b,2 ! line 4: field 1: expected a delimiter after the closing quote",
                "csv ! x,y\\na\"b,2 ! line 2: field 1: expected a quote only where a field begins",
                "csv ! x,y\\n1,\"b\\n2,3\\n ! line 2: expected a closing quote, found the end of the file",
                "csv ! x,y\\r1,2\\r ! line 1: field 2: expected lines that end with a line feed",
                "csv ! x,x\\n1,2 ! expected columns of different names, found 'x' twice",
                "csv ! x,,z\\n1,2,3 ! line 1: expected a name for each column, found none for column 2 of 3",
                "csv ! x,y\\n1,ÿ ! line 2: expected text in UTF-8, found other bytes",
                "json ! {\"x\":1}\\n{\"x\":2 ! line 2: expected a JSON object, found malformed text in column",
                "json ! {\"x\":1}\\n[1] ! line 2: expected a JSON object, {\"column\": value, …}, found another value",
                "json ! {\"x\":1} {\"x\":2} ! line 1: expected one JSON object, found more behind it",
                "json ! {\"x\":1,\"x\":2} ! line 1: expected a JSON object, found malformed text in column",
                "json ! {\"x\":NaN} ! line 1: expected a JSON object, found malformed text in column",
                "json ! {\"x\":\"ÿ\"} ! line 1: expected text in UTF-8, found other bytes",
                "json ! {\"x\":0.5}\\n{\"x\":9007199254740993} ! line 2: column 'x': expected whole numbers that a double",
                "json ! {\"x\":[9007199254740993]} ! line 1: column 'x': expected whole numbers that a double",
                "json ! {}\\n ! expected rows with columns, found none",
                "libsvm ! 1 1:1\\n1 0:1 ! line 2: expected indices from 1, found 0:1",
                "libsvm ! 1 1:1 3:1 2:1 ! line 1: expected indices that ascend after 3, found 2:1",
                "libsvm ! 1 1:1 1:1 ! line 1: expected indices that ascend after 1, found 1:1",
                "libsvm ! 1 1:x ! line 1: expected index:value with a finite number, found 1:x",
                "libsvm ! 1 1:nan ! line 1: expected index:value with a finite number, found 1:nan",
                "libsvm ! 1 1:2d ! line 1: expected index:value with a finite number, found 1:2d",
                "libsvm ! 1 x:1 ! line 1: expected index:value, found x:1",
                "libsvm ! 1 -1:1 ! line 1: expected index:value, found -1:1",
                "libsvm ! 1 99999999999:1 ! line 1: expected indices of at most 67108864, found 99999999999:1",
                "libsvm ! 1:1 2:1 ! line 1: expected a label first, found 1:1",
                "libsvm ! 1\\n0 ! expected rows with features, index:value, found none",
            })
    void aMalformedLineIsRefusedWithFileAndLine(String format, String content, String message) {
        byte[] bytes = content.replace("\\n", "\n").replace("\\r", "\r").getBytes(StandardCharsets.ISO_8859_1);
        Path file = Tables.write(directory.resolve("bad." + format), bytes);
        tables.assertRefused(file, "file:" + file + ": " + message);
    }

    @Test
    void anIndexAboveTheWidthOfTheModelIsRefused() {
        Path file = Tables.write(directory.resolve("bad.svm"), "1 1:1\n1 2:1 4:1\n");
        assertThatThrownBy(() -> Tables.rows(Table.open(
                        tables.spark, file.toString(), TableFormat.AUTO, CsvOptions.DEFAULT, OptionalInt.of(3))))
                .isInstanceOf(LockstepException.class)
                .hasMessage("file:" + file + ": line 2: expected indices of at most 3, found 4:1");
    }

    @Test
    void aQuotedNewLineIsRefusedInAFileThatIsReadInParts() throws IOException {
        Path path = Tables.write(directory.resolve("large.csv"), "x,y\n1,2\n3,\"a\nb\"\n5,6\n");
        TableFile file = TableFiles.find(path.toString(), tables.spark.hadoopConfiguration())
                .get(0);
        try (Rows rows = reader(file).open(new FilePart(file, 0, 10))) {
            assertThat(rows.next()).isTrue();
            assertThatThrownBy(rows::next)
                    .hasMessage(
                            "file:" + path + ": line 3: found a quoted field that goes on in the next line, which only"
                                    + " files of up to 64 MB may have; split the file, or write it as Parquet");
        }
    }

    @Test
    void aQuoteThatIsNotClosedDoesNotFillTheMemory() {
        Path file = Tables.write(directory.resolve("open.csv"), "x,y\n1,\"" + "abcdefg\n".repeat(3 << 20));
        tables.assertRefused(file, "open.csv: line 2: field 2: expected a closing quote within 16 MB, found none");
    }

    @Test
    void aDamagedGzipFileIsRefused() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write("x,y\n".getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 10_000; i++) {
                gzip.write((i + "," + i * i + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        byte[] whole = bytes.toByteArray();
        Path file = directory.resolve("bad.csv.gz");
        Files.write(file, whole);
        assertThat(Tables.rows(tables.open(file))).hasSize(10_000);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        tables.assertRefused(file, "bad.csv.gz: cannot be read, as if it were damaged", "end");
        whole[whole.length / 2] ^= 1;
        Files.write(file, whole);
        tables.assertRefused(file, "bad.csv.gz: ");
        Files.write(file, "x,y\n1,2\n".getBytes(StandardCharsets.UTF_8));
        tables.assertRefused(file, "bad.csv.gz: cannot be read, as if it were damaged");
    }

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "orc"})
    void aFileOfAnotherFormatIsRefused(String format) {
        Path file = Tables.write(directory.resolve("bad." + format), "x,y\n1,2\n".repeat(20));
        tables.assertRefused(file, "file:" + file + ": cannot be read, as if it were damaged or of another format: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "orc", "csv"})
    void aColumnThatIsMissingOrExtraInAFileIsRefused(String format) throws IOException {
        Path table = directory.resolve("table");
        tables.saveFile("SELECT 1 x, 2 y", format, table.resolve("a." + format), Map.of());
        tables.saveFile("SELECT 2 y, 1 x", format, table.resolve("b." + format), Map.of());
        assertThat(Tables.rows(tables.open(table))).containsExactly("1|2", "1|2");
        tables.saveFile("SELECT 1 x, 2 Y", format, table.resolve("c." + format), Map.of());
        tables.assertRefused(
                table,
                "/c." + format + ": expected the columns of file:" + table + "/a." + format
                        + ", found none called 'y', found 'Y' too");
    }

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "orc"})
    void aColumnOfDifferentTypesIsRefused(String format) throws IOException {
        Path table = directory.resolve("table");
        tables.saveFile("SELECT 1 x", format, table.resolve("a." + format), Map.of());
        tables.saveFile("SELECT 1D x", format, table.resolve("b." + format), Map.of());
        tables.assertRefused(
                table, "/b." + format + ": column 'x': expected type int like in ", "/a." + format + ", found double");
    }

    /** More files than are looked at without a job. */
    @Test
    void amongManyFilesTheBadOneIsNamed() {
        for (int i = 10; i < 30; i++) {
            Tables.write(directory.resolve("many/" + i + ".csv"), i == 20 ? "x,y,z\n1,2,3\n" : "x,y\n1,2\n");
        }
        tables.assertRefused(directory.resolve("many"), "/20.csv: expected the columns of ", ", found 'z' too");
        Tables.write(directory.resolve("many/20.csv"), "x,y\n1,\"2\n");
        tables.assertRefused(directory.resolve("many"), "/20.csv: line 2: expected a closing quote");
        Tables.write(directory.resolve("many/20.csv"), new byte[] {'x', ',', (byte) 0xff});
        tables.assertRefused(directory.resolve("many"), "/20.csv: line 1: expected text in UTF-8");
    }

    @Test
    void directoriesMustNameTheSameColumnsAndNoneOfTheFiles() {
        Tables.write(directory.resolve("k/k=1/a.csv"), "x\n1\n");
        Tables.write(directory.resolve("k/b.csv"), "x\n1\n");
        tables.assertRefused(directory.resolve("k"), "expected directories that name the columns ", ", found ");
        Tables.write(directory.resolve("x/x=1/a.csv"), "x\n1\n");
        tables.assertRefused(
                directory.resolve("x"), "expected columns of other names than its directories' [x], found 'x' in both");
        Tables.write(directory.resolve("y/x=1/x=2/a.csv"), "z\n1\n");
        tables.assertRefused(directory.resolve("y"), "expected directories that name a column once, found 'x' twice");
    }

    @Test
    void filesThatTellNoFormatOrSeveralAreRefused() throws IOException {
        Path text = Tables.write(directory.resolve("a/data.txt"), "x\n1\n");
        tables.assertRefused(text, "data.txt: expected a name that ends in .csv, .parquet", "give --format");
        Tables.write(directory.resolve("a/data.txt"), "");
        Tables.write(directory.resolve("a/a.csv"), "x\n1\n");
        Tables.write(directory.resolve("a/b.json"), "{}");
        tables.assertRefused(
                directory.resolve("a"), "b.json: expected a file of format csv like ", "a.csv, found json");
    }

    @Test
    void nothingToReadIsRefused() throws IOException {
        Path empty = Files.createDirectories(directory.resolve("empty"));
        tables.assertRefused(empty, empty + ": expected files with data, found none in the directory");
        Tables.write(directory.resolve("empty/_SUCCESS"), "");
        Tables.write(directory.resolve("empty/part-0.csv"), "");
        tables.assertRefused(empty, empty + ": expected files with data, found none in the directory");
        tables.assertRefused(directory.resolve("empty/part-0.csv"), "expected files with data, found an empty file");
        tables.assertRefused(directory.resolve("none.csv"), "none.csv: no such file");
        tables.assertRefused(
                Tables.write(directory.resolve("blank.csv"), "\n\n"),
                "blank.csv: expected a header, found an empty file");
    }

    @Test
    void aLinkToNothingIsNotPassedOver() throws IOException {
        Tables.write(directory.resolve("links/a.csv"), "x\n1\n");
        Files.createSymbolicLink(directory.resolve("links/b.csv"), directory.resolve("gone.csv"));
        tables.assertRefused(directory.resolve("links"), "/links/b.csv: expected a file, found a link to one that");
        Tables.write(directory.resolve("gone.csv"), "x\n2\n");
        assertThat(Tables.rows(tables.open(directory.resolve("links")))).containsExactly("1", "2");
    }

    @Test
    void aFileWithoutPermissionIsRefused() throws IOException {
        Path file = Tables.write(directory.resolve("secret.csv"), "x\n1\n");
        assumeThat(file.toFile().setReadable(false)).isTrue();
        assumeThat(Files.isReadable(file)).isFalse();
        tables.assertRefused(file, "secret.csv: no permission to read it");
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.CsvSource({
        "'', one character",
        ";;, one character",
        "é, an ASCII character",
        "'\"', another character"
    })
    void aDelimiterThatIsNoneIsRefused(String delimiter, String message) {
        assertThatThrownBy(() -> CsvOptions.of(true, delimiter))
                .isInstanceOf(LockstepException.class)
                .hasMessageContainingAll("--csv-delimiter", message);
        assertThat(CsvOptions.of(true, "\\t").delimiter()).isEqualTo('\t');
    }

    private static Source.Reader reader(TableFile file) {
        return CsvSource.open(tables.spark, List.of(file), CsvOptions.DEFAULT).reader(List.of("x", "y"));
    }
}
