package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.data.IdxData;
import io.lockstep.report.Plots;
import io.lockstep.training.RunDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages, files and pictures are the same whatever language their reader prefers. */
class LocaleTest {
    private static final Locale ARABIC_DIGITS = Locale.forLanguageTag("ar-EG-u-nu-arab");

    private final Locale before = Locale.getDefault();

    @TempDir
    private Path directory;

    private Path images;
    private Path output;

    @BeforeEach
    void writeData() throws Exception {
        images = IdxData.clusters(300, 8, 3, 1).write(directory, "train");
        output = directory.resolve("run");
    }

    @AfterEach
    void restore() {
        Locale.setDefault(before);
    }

    @Test
    void aRunThatIsResumedCountsInWesternDigits() throws Exception {
        Locale.setDefault(ARABIC_DIGITS);
        Lockstep first = train("--epochs", 1);
        Lockstep resumed = train("--epochs", 2, "--resume");
        assertThat(first.out()).contains("epoch 1/1  loss 1.").doesNotContainPattern("[\\p{Nd}&&[^0-9]]");
        assertThat(resumed.out())
                .contains("resuming after step 3, with 1 epoch done", "epoch 2/2  loss ", "trained 6 steps in")
                .doesNotContainPattern("[\\p{Nd}&&[^0-9]]");
        byte[] plots = Files.readAllBytes(output.resolve("plots.png"));
        Locale.setDefault(Locale.ROOT);
        RunDirectory run = RunDirectory.at(output.toString(), new Configuration());
        assertThat(Arrays.equals(plots, Plots.png(run.metrics().read())))
                .as("the plots are those of another locale")
                .isTrue();
        assertThat(output.resolve("metrics/epoch-00002.parquet")).exists();
        assertThat(output.resolve("checkpoints/step-000000000006.safetensors")).exists();
    }

    @Test
    void aMessageCountsInWesternDigits() throws Exception {
        Locale.setDefault(ARABIC_DIGITS);
        Files.write(images, new byte[] {0, 0, 9, 3});
        Lockstep result = train();
        assertThat(result.err())
                .contains("at least 2 dimension(s), magic 0x00000802")
                .doesNotContainPattern("[\\p{Nd}&&[^0-9]]");
        assertThat(result.exitCode()).isEqualTo(3);
    }

    /** In Turkish, a lower-case I has no dot. */
    @ParameterizedTest
    @ValueSource(strings = {"tr-TR", "ar-EG-u-nu-arab"})
    void optionsAreRead(String tag) {
        Locale.setDefault(Locale.forLanguageTag(tag));
        Lockstep result = Lockstep.run(
                "train", "--train", images, "--output", output, "--format", "IDX", "--keep", "first", "--seed", "x");
        assertThat(result.err().lines())
                .hasSize(2)
                .anySatisfy(line -> assertThat(line).contains("--keep", "'first'"))
                .anySatisfy(line -> assertThat(line).contains("--seed", "'x'"));
    }

    private Lockstep train(Object... options) {
        Object[] all = new Object[options.length + 9];
        Object[] given = {"train", "--train", images, "--output", output, "--hidden", 8, "--batch-size", 100};
        System.arraycopy(given, 0, all, 0, given.length);
        System.arraycopy(options, 0, all, given.length, options.length);
        return Lockstep.run(all);
    }
}
