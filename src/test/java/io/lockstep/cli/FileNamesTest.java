package io.lockstep.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.data.IdxData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileNamesTest {
    @Test
    void textThatTheEncodingHasNoCharactersForIsLost() {
        assertThat(FileNames.isLost("réseau", US_ASCII)).isTrue();
        assertThat(FileNames.isLost("réseau", ISO_8859_1)).isFalse();
        assertThat(FileNames.isLost("réseau ΩΨ 😀", UTF_8)).isFalse();
    }

    @Test
    void textThatWasDecodedWronglyIsLost() {
        assertThat(FileNames.isLost("r\uFFFDseau", UTF_8)).isTrue();
        assertThat(FileNames.isLost("r\uD83Dseau", UTF_8)).isTrue();
        assertThat(FileNames.isLost("r??seau", US_ASCII)).isTrue();
    }

    @Test
    void questionMarksOfAGlobAreNotLost() {
        assertThat(FileNames.isLost("part-???", UTF_8)).isFalse();
        assertThat(FileNames.isLost("part-?", US_ASCII)).isFalse();
    }

    @Test
    void aDamagedNameInAConfigurationFileIsRefusedBeforeDataAreRead(@TempDir Path directory) throws Exception {
        Path config = Files.writeString(directory.resolve("c.properties"), "train = no-such-file\noutput = r\uFFFDs\n");
        Lockstep result = Lockstep.run("train", "--config", config);
        assertThat(result.exitCode()).isEqualTo(ExitCode.WRONG_CONFIGURATION);
        assertThat(result.err()).startsWith("lockstep: --output: expected text that the encoding of the locale");
    }

    /** Hadoop takes what is before a colon for a scheme, and looks for checksums in files of such names. */
    @Test
    void filesWhoseNamesHaveColonsAreRead(@TempDir Path directory) throws Exception {
        Path images = IdxData.clusters(60, 4, 2, 1).write(directory, "12:00");
        Path table = Files.writeString(directory.resolve("12:00.csv"), "x,label\n" + "1,a\n2,b\n".repeat(30));
        Path config = Files.writeString(directory.resolve("12:00.properties"), "hidden = 2\nepochs = 1\nkeep = last\n");
        for (Path train : List.of(images, table)) {
            Path output = directory.resolve("run of " + train.getFileName());
            Lockstep result = Lockstep.run("train", "--config", config, "--train", train, "--output", output);
            assertThat(result.err()).isEmpty();
            assertThat(result.out()).contains("epoch 1/1");
        }
    }
}
