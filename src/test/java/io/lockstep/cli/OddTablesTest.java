package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that look odd, and are good. */
class OddTablesTest {
    private static final String GOOD = BadTablesTest.good();

    @TempDir
    private Path directory;

    private Commands commands;

    @BeforeEach
    void useDirectory() {
        commands = new Commands(directory, directory);
    }

    @Test
    void theSameRowsInAnyOddFormGiveTheSameBits() throws IOException {
        Files.writeString(directory.resolve("good.csv"), GOOD);
        String expected = digest("train --train @good.csv");
        Map<String, String> forms = Map.of(
                "windows.csv", GOOD.replace("\n", "\r\n"),
                "marked.csv", "\uFEFF" + GOOD,
                "blank.csv", GOOD.replace("\n", "\n\n"),
                "quoted.csv", GOOD.replace("red", "\"red\""),
                "open.csv", GOOD.substring(0, GOOD.length() - 1));
        for (var form : forms.entrySet()) {
            Files.writeString(directory.resolve(form.getKey()), form.getValue());
            assertThat(digest("train --train @" + form.getKey()))
                    .as(form.getKey())
                    .isEqualTo(expected);
        }
        Files.writeString(directory.resolve("semicolons.csv"), GOOD.replace(',', ';'));
        assertThat(digest("train --train @semicolons.csv --csv-delimiter ;")).isEqualTo(expected);
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(directory.resolve("packed.csv.gz")))) {
            gzip.write(GOOD.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(digest("train --train @packed.csv.gz")).isEqualTo(expected);
    }

    @Test
    void marksChecksumsUnfinishedAndEmptyFilesArePassedOver() throws IOException {
        Files.writeString(directory.resolve("good.csv"), GOOD);
        Path parts = directory.resolve("parts");
        Files.createDirectories(parts.resolve("_temporary/0"));
        for (String ignored : List.of("_SUCCESS", ".part-1.csv.crc", "_temporary/0/part-7.csv", "_committed_1")) {
            Files.writeString(parts.resolve(ignored), "no table");
        }
        Files.writeString(parts.resolve("part-0.csv"), "");
        Files.writeString(parts.resolve("part-1.csv"), GOOD);
        Files.writeString(parts.resolve("part-2.csv"), GOOD.lines().findFirst().orElseThrow() + "\n");
        assertThat(digest("train --train @parts")).isEqualTo(digest("train --train @good.csv"));
    }

    @Test
    void labelsThatDirectoriesNameAreTextAndComeOutUnchanged() throws IOException {
        for (String label : List.of("01", "1")) {
            Path rows = Files.createDirectories(directory.resolve("table/label=" + label));
            Files.writeString(rows.resolve("part-0.csv"), "x\n" + label.length() + "\n");
        }
        Files.writeString(directory.resolve("row.csv"), "x\n2\n");
        digest("train --train @table --learning-rate 1 --epochs 50");
        Lockstep predicted = commands.run("predict --model @output --data @row.csv --output-format json --output "
                + directory.resolve("predictions"));
        assertThat(predicted.out()).as(predicted.err()).contains("scored 1 rows");
        try (Stream<Path> files = Files.list(directory.resolve("predictions"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".json")))
                    .singleElement()
                    .satisfies(file -> assertThat(file).content().contains("\"prediction\":\"01\""));
        }
    }

    private String digest(String command) throws IOException {
        FileUtils.deleteDirectory(directory.resolve("output").toFile());
        Lockstep result = commands.run(command);
        assertThat(result.err()).isEmpty();
        return result.digest();
    }
}
