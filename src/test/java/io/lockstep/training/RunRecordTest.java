package io.lockstep.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.lockstep.Fuzz;
import io.lockstep.LockstepException;
import io.lockstep.data.Split;
import io.lockstep.linalg.Machine;
import io.lockstep.storage.Directory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunRecordTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/run-0.1.0");

    @TempDir
    private Path empty;

    @Test
    void theRecordOfVersion010IsRead() {
        RunRecord record = RunRecord.read(directory(GOLDEN));
        assertThat(record.runId()).isEqualTo("216db420-4af3-490d-bd09-4ba3aa7d3137");
        assertThat(record.config())
                .hasSize(26)
                .contains(
                        entry("train", "train-images-idx2-ubyte"),
                        entry("epochs", 3L),
                        entry("l2", 1e-4),
                        entry("resume", false),
                        entry("output", "run"));
        assertThat(record.environment().partitions()).isEqualTo(2);
        assertThat(record.environment().executors())
                .containsExactly(new Machine(
                        "plain Java", "OpenJDK 64-Bit Server VM 17.0.15+6-Debian-1deb12u1", "AMD EPYC amd64"));
        assertThat(record.data().trainExamples()).isEqualTo(181);
        assertThat(record.result().scores().of(Split.VALIDATION))
                .contains(new RunRecord.Score(0.9617423988860345, 0.6842105263157895, 19));
        assertThat(record.result().scores().inSample().examples()).isEqualTo(200);
        assertThat(record.result().keptEpoch()).isEqualTo(3);
        assertThat(record.result().weightsSha256()).startsWith("e108bcab");
    }

    @Test
    void itIsWrittenInTheSameOrderWithTheVersionOfTheFormatBefore() throws IOException {
        String golden = golden();
        String expected = golden.replaceFirst("\\{\n", "{\n  \"formatVersion\" : 1,\n")
                .replaceFirst("( *)(\"partitions\" : \\d+,\n)( *\"os\")", "$1$2$1\"engine\" : \"aggregate\",\n$3");
        RunRecord record = RunRecord.read(directory(GOLDEN));
        assertThat(record.encode()).isEqualTo(expected);
        assertThat(decode(record.encode())).isEqualTo(record);
    }

    @Test
    void scoresOfSplitsWithoutRowsAreLeftOut() throws IOException {
        String golden = golden();
        int test = golden.indexOf("    \"test\" : {\n");
        String without = golden.substring(0, test) + golden.substring(golden.indexOf("    \"inSample\""));
        RunRecord record = decode(without);
        assertThat(record.result().scores().of(Split.TEST)).isEmpty();
        assertThat(decode(record.encode())).isEqualTo(record);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"runId\" : | \"formatVersion\" : 2, \"runId\" : | expected a record of format 1, found 2",
                "\"runId\" : | \"formatVersion\" : \"1\", \"runId\" : | expected a record of format 1",
                "\"runId\" : | \"other\" : 1, \"runId\" : | other",
                "\"runId\" : | \"run\" : | run",
                "\"steps\" : 18, | '' | steps",
                "\"steps\" : 18 | \"steps\" : 2 | expected a step for each epoch",
                "\"inSample\" | \"insample\" | expected a score of the training and validation rows together",
                "\"train\" : { | \"training\" : { | expected a score of the training rows",
                "\"accuracy\" : 0.675 | \"accuracy\" : 1.675 | expected an accuracy from 0 to 1",
                "\"examples\" : 19 | \"examples\" : 19, \"more\" : 1 | more",
                "\"epochs\" : 3 | \"epochs\" : [ 3 ] | expected a text or number as epochs",
                "\"epochs\" : 3 | \"epochs\" : null | expected a text or number as epochs",
                "\"classes\" : 3 | \"classes\" : 1 | expected at least two classes",
                "\"partitions\" : 2 | \"partitions\" : 0 | expected a number of partitions from 1",
                "e108bcab | E108BCAB | expected 64 hexadecimal digits",
            })
    void oneThatIsIncompleteOrImpossibleIsRefused(String found, String forged, String message) throws IOException {
        String golden = golden();
        assertThat(golden).contains(found);
        assertThatThrownBy(() -> decode(golden.replace(found, forged)))
                .isInstanceOf(LockstepException.class)
                .hasMessageStartingWith("file: ")
                .hasMessageContaining(message)
                .satisfies(failure -> assertThat(failure.getMessage()).hasLineCount(1));
    }

    @Test
    void aRunThatIsNotCompleteHasNone() {
        assertThatThrownBy(() -> RunRecord.read(directory(empty)))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("run.json: no such file");
    }

    @Test
    void damagedFiles() throws Exception {
        Fuzz.fuzz(golden().getBytes(StandardCharsets.UTF_8), 1000, content -> {
            RunRecord accepted = RunRecord.decode(content, "file");
            assertThat(decode(accepted.encode())).isEqualTo(accepted);
        });
    }

    private static RunRecord decode(String text) {
        return RunRecord.decode(text.getBytes(StandardCharsets.UTF_8), "file");
    }

    private static String golden() throws IOException {
        return Files.readString(GOLDEN.resolve("run.json"));
    }

    private static Directory directory(Path path) {
        return Directory.at(new org.apache.hadoop.fs.Path(path.toUri()), new Configuration());
    }
}
