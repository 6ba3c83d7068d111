package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.data.IdxData;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A wrong configuration ends with exit code 2, and everything that is wrong is said at once. */
class ConfigurationTest {
    @TempDir
    private Path directory;

    private Path images;
    private Path output;

    @BeforeEach
    void writeData() throws IOException {
        images = IdxData.clusters(200, 8, 3, 1).write(directory, "train");
        output = directory.resolve("run");
    }

    @ParameterizedTest
    @CsvSource({
        "--batch-size, -1, a whole number from 1",
        "--batch-size, many, 'expected a whole number, found'",
        "--validation-fraction, 1, from 0 to below 1",
        "--validation-fraction, NaN, from 0 to below 1",
        "--hidden, 0, positive numbers of units",
        "--hidden, '16,x', numbers of units",
        "--epochs, 0, a whole number from 1",
        "--learning-rate, 0, a positive number",
        "--learning-rate, Infinity, a positive number",
        "--momentum, 1, from 0 to 0.9999999",
        "--momentum, 0.99999999, from 0 to 0.9999999",
        "--beta2, 1, from 0 to below 1",
        "--beta2, NaN, from 0 to below 1",
        "--epsilon, 0, from 1e-45 to 3e38",
        "--epsilon, 1e-46, from 1e-45 to 3e38",
        "--epsilon, 1e39, from 1e-45 to 3e38",
        "--dropout, 1, from 0 to below 1",
        "--label-smoothing, -0.1, from 0 to below 1",
        "--clip-norm, -1, a number from 0",
        "--warmup-fraction, 1, from 0 to below 1",
        "--l2, -0.1, a number from 0",
        "--optimizer, sdg, 'sdg'",
        "--schedule, linear, 'linear'",
        "--format, csw, 'csw'",
        "--keep, first, 'first'",
        "--early-stopping-patience, -1, a whole number from 0",
        "--shards, 0, 1 to 1000000",
        "--partitions, 0, a whole number from 1",
        "--feature-scale, 0, a number but 0"
    })
    void refusesAValueOutOfRange(String option, String value, String message) {
        Lockstep result = Lockstep.run("train", "--train", images, "--output", output, option, value);
        assertThat(result.err()).contains(option, message);
        assertThat(result.err().lines()).hasSize(1);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(output).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"0.1, 5, less than 5.0", "2, 0.25, less than 0.25", "1e308, 1e308, less than 5.0E-309"})
    void refusesADecayThatLeavesNothingOfTheWeights(String learningRate, String l2, String message) {
        Lockstep result = Lockstep.run(
                "train",
                "--train",
                images,
                "--output",
                output,
                "--optimizer",
                "adamw",
                "--learning-rate",
                learningRate,
                "--l2",
                l2);
        assertThat(result.err().lines()).hasSize(1);
        assertThat(result.err()).contains("--l2", "--learning-rate", "--optimizer adamw", message);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(output).doesNotExist();
    }

    @Test
    void saysEverythingThatIsWrongAtOnce() throws IOException {
        Path config = config("epoch = 3\nepochs = x\nbatch-size = 0\nseed = 1\nseed = 2\n");
        Lockstep result = Lockstep.run("train", "--config", config, "--hiden", "5", "--l2", "-1");
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err().lines())
                .hasSize(7)
                .anySatisfy(line -> assertThat(line).contains("'--train=URI', '--output=DIR'"))
                .anySatisfy(line -> assertThat(line).contains("unknown key 'epoch': did you mean 'epochs'?"))
                .anySatisfy(line -> assertThat(line).contains("--epochs: expected a whole number, found 'x'"))
                .anySatisfy(line -> assertThat(line).contains("--batch-size: expected a whole number from 1, found 0"))
                .anySatisfy(line -> assertThat(line).contains("'seed' is there more than once"))
                .anySatisfy(line -> assertThat(line).contains("'--hiden': did you mean '--hidden'?"))
                .anySatisfy(line -> assertThat(line).contains("--l2: expected a number from 0, found -1.0"));
    }

    @Test
    void aFlagWinsOverTheFileAndTheFileOverTheDefault() throws IOException {
        Path config = config("# größer als die Vorgabe\ntrain = " + images + "\nepochs = 2 \noutput = " + output
                + "\nhidden = 4\nseed = 9\n");
        Lockstep result = Lockstep.run("train", "--config", config, "--epochs", "1");
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(output.resolve("run.json"))
                .content()
                .contains("\"epochs\" : 1", "\"hidden\" : \"4\"", "\"seed\" : 9", "\"batch-size\" : 256");
    }

    @Test
    void aConfigurationFileMayBeginWithAByteOrderMark() throws IOException {
        Lockstep result = Lockstep.run("train", "--config", config("\ufeffepochs = 0\n"), "--output", output);
        assertThat(result.err())
                .contains("--epochs: expected a whole number from 1, found 0")
                .doesNotContain("unknown key");
    }

    @Test
    void aConfigurationFileInAnotherEncodingIsRefused() throws IOException {
        Path config = directory.resolve("latin-1.properties");
        Files.write(config, "output = réseau\n".getBytes(StandardCharsets.ISO_8859_1));
        Lockstep result = Lockstep.run("train", "--config", config);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("--config: expected", "latin-1.properties in UTF-8, found other bytes");
    }

    @Test
    void aConfigurationFileWithoutEndIsReadNoFurtherThanAllowed() {
        Lockstep result = Lockstep.run("train", "--config", "/dev/zero");
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("--config: cannot read /dev/zero: larger than 1 MB");
    }

    @Test
    void aNameThatBeginsWithAnAtSignIsAName() {
        Lockstep result = Lockstep.run("train", "--train", "@images", "--output", output);
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.err()).contains("@images");
    }

    @Test
    void anOutputDirectoryWithHiddenFilesOnlyIsEmpty() throws IOException {
        Files.createDirectory(output);
        Files.writeString(output.resolve(".gitkeep"), "");
        Lockstep result = Lockstep.run("train", "--train", "missing-images", "--output", output);
        assertThat(result.err()).contains("missing-images").doesNotContain("--output");
        assertThat(output.toFile().list()).containsExactly(".gitkeep");
    }

    @Test
    void anOutputDirectoryWithLinksIsRefused() throws IOException {
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Files.createDirectory(output);
        for (Path link : List.of(output.resolve("metrics"), output.resolve(".x.0123456789abcdef.inprogress"))) {
            Files.createSymbolicLink(link, elsewhere);
            Lockstep result = Lockstep.run("train", "--train", images, "--output", output, "--resume");
            assertThat(result.exitCode()).isEqualTo(2);
            assertThat(result.err())
                    .contains(
                            "without symbolic links, found", link.getFileName().toString());
            Files.delete(link);
        }
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void aConfigurationFileThatIsNotThere() {
        Lockstep result = Lockstep.run("train", "--config", directory.resolve("none.properties"));
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("--config", "none.properties");
    }

    @ParameterizedTest
    @CsvSource({
        "12:00.properties, 12:00.properties does not exist",
        "nosuchscheme://host/x, No FileSystem for scheme",
        "abfs://bucket/x, the file system of abfs is not installed"
    })
    void aConfigurationFileIsFoundAsEveryOtherLocation(String location, String problem) {
        Lockstep result = Lockstep.run("train", "--config", location);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err())
                .startsWith("lockstep: --config: cannot read " + location + ": ")
                .contains(problem);
    }

    @Test
    void aConfigurationFileIsReadWithTheSettingsOfHadoopThatSparkHas() throws IOException {
        Path config = config("epochs = 0\n");
        System.setProperty("spark.hadoop.fs.elsewhere.impl", Elsewhere.class.getName());
        try {
            Lockstep result = Lockstep.run("train", "--config", "elsewhere://" + config);
            assertThat(result.exitCode()).isEqualTo(2);
            assertThat(result.err()).contains("--epochs: expected a whole number from 1, found 0");
        } finally {
            System.clearProperty("spark.hadoop.fs.elsewhere.impl");
        }
    }

    @Test
    void anOutputDirectoryThatHoldsARun() throws IOException {
        Files.createDirectory(output);
        Files.writeString(output.resolve("run.json"), "{}");
        Lockstep result = Lockstep.run("train", "--train", images, "--output", output);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("holds a run already");
        assertThat(output.resolve("run.json")).hasContent("{}");
    }

    @Test
    void anOutputThatIsAFile() throws IOException {
        Files.writeString(output, "");
        Lockstep result = Lockstep.run("train", "--train", images, "--output", output);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("holds a file already");
    }

    @ParameterizedTest
    @CsvSource({"''", "nosuchscheme://host/x", "abfs://bucket/x", "hdfs://host.invalid/x"})
    void anOutputThatIsNoPlaceToWriteTo(String place) {
        Lockstep result = Lockstep.run("train", "--train", images, "--output", place);
        assertThat(result.err()).startsWith("lockstep: --output: expected");
        assertThat(result.exitCode()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--config", "--train", "--test", "--validation", "--output"})
    void credentialsInALocationAreRefusedAndNotRepeated(String option) {
        String location = "s3a://key:hunter2@bucket/x-images";
        List<Object> arguments = new ArrayList<>(List.of("train", option, location));
        for (String other : List.of("--train", "--output")) {
            arguments.addAll(other.equals(option) ? List.of() : List.of(other, "somewhere-images"));
        }
        Lockstep result = Lockstep.run(arguments.toArray());
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err())
                .contains(option + ": expected a location without credentials")
                .doesNotContain("hunter2");
    }

    @Test
    void anUnfinishedRunAndOtherFilesAreToldApart() throws IOException {
        Files.createDirectories(output.resolve("checkpoints"));
        assertThat(Lockstep.run("train", "--train", images, "--output", output).err())
                .contains("holds an unfinished run already; continue it by --resume");
        Files.writeString(output.resolve("thesis.tex"), "");
        Lockstep result = Lockstep.run("train", "--train", images, "--output", output, "--resume");
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("holds other files already");
    }

    @Test
    void aNetworkThatIsTooLarge() {
        Lockstep result = Lockstep.run("train", "--train", images, "--hidden", "100000,100000", "--output", output);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err().lines()).singleElement().asString().contains("--hidden: expected a network of at most");
    }

    @ParameterizedTest
    @CsvSource({"a b, needs quotes", "=, unknown argument '='", "--nonsense, unknown argument '--nonsense'"})
    void argumentsThatNoOptionTakes(String arguments, String message) {
        List<Object> all = new ArrayList<>(List.of("train", "--train", images, "--output", output));
        all.addAll(List.of(arguments.split(" ")));
        Lockstep result = Lockstep.run(all.toArray());
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err().lines()).singleElement().asString().contains(message);
    }

    @Test
    void patienceWithoutValidationRows() {
        Lockstep result = Lockstep.run(
                "train",
                "--train",
                images,
                "--validation-fraction",
                0,
                "--early-stopping-patience",
                2,
                "--output",
                output);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("--early-stopping-patience: expected 0 without validation rows, found 2");
    }

    @Test
    void aFractionBesideValidationDataOfTheirOwn() {
        Lockstep result = Lockstep.run(
                "train", "--train", images, "--validation", images, "--validation-fraction", "0.2", "--output", output);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("no fraction beside --validation");
    }

    @ParameterizedTest
    @CsvSource({"trian, did you mean 'train'", "gradchek, did you mean 'gradcheck'", "xyzzyxyz, unknown argument"})
    void anUnknownCommand(String command, String message) {
        Lockstep result = Lockstep.run(command);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains(message);
    }

    @Test
    void helpAndVersionAreNoErrors() {
        assertThat(Lockstep.run("--version").out()).startsWith("lockstep ");
        Lockstep help = Lockstep.run("train", "--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out())
                .contains("--learning-rate=F", "Default: 0.1", "sgd, momentum, nesterov, adam, adamw, lamb");
        assertThat(help.out()).contains("(* ? [ab] {a,b})", "'a\\,b'");
    }

    @Test
    void gradcheckPassesAndRefusesWhatIsNoNetwork() {
        assertThat(Lockstep.run("gradcheck", "20-16-10").out()).endsWith("gradcheck passed\n");
        Lockstep three = Lockstep.run("gradcheck", "--features", 8, "--hidden", "7,6", "--classes", 3);
        assertThat(three.out()).contains("layer 2 biases").endsWith("gradcheck passed\n");
        assertThat(Lockstep.run("gradcheck", "--features", 6, "--hidden", "none", "--classes", 4)
                        .out())
                .contains("layer 0 biases")
                .doesNotContain("layer 1");
        assertThat(Lockstep.run("gradcheck", "5").exitCode()).isEqualTo(2);
        assertThat(Lockstep.run("gradcheck", "5-0-2").exitCode()).isEqualTo(2);
        assertThat(Lockstep.run("gradcheck", "5-4", "--tolerance", "1e-12").exitCode())
                .isEqualTo(1);
    }

    private Path config(String content) throws IOException {
        return Files.writeString(directory.resolve("test.properties"), content);
    }

    /** The local file system under a scheme of its own. */
    public static final class Elsewhere extends RawLocalFileSystem {
        @Override
        public URI getUri() {
            return URI.create("elsewhere:///");
        }
    }
}
