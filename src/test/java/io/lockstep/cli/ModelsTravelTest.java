package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lockstep.export.OnnxScores;
import io.lockstep.model.Models;
import io.lockstep.model.TableRows;
import io.lockstep.model.TrainedModel;
import io.lockstep.storage.Directory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model trained on MNIST gives the same answers elsewhere. */
class ModelsTravelTest {
    private static final Path IMAGES = Path.of("data/mnist/t10k-images-idx3-ubyte.gz");
    private static final int IDX_HEADER_BYTES = 16;
    private static final int FEATURES = 784;

    /** Other programs add the same float32 products in another order. */
    private static final float TOLERANCE = 1e-5f;

    @TempDir
    private static Path directory;

    private static Path run;
    private static float[] bytes; // (features × rows)
    private static float[] probabilities; // (classes × rows)

    @BeforeAll
    static void train() throws IOException {
        run = directory.resolve("run");
        Lockstep result = Lockstep.run("train", "--train", IMAGES, "--hidden", "16", "--epochs", "1", "--output", run);
        assertThat(result.exitCode()).as(result.err()).isZero();
        TrainedModel model = TrainedModel.read(
                Directory.at(new org.apache.hadoop.fs.Path(run.resolve("model").toUri()), new Configuration()));
        try (InputStream images = new GZIPInputStream(Files.newInputStream(IMAGES))) {
            images.skipNBytes(IDX_HEADER_BYTES);
            byte[] content = images.readAllBytes();
            bytes = new float[content.length];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = content[i] & 0xff;
            }
        }
        float[] inputs = new float[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            inputs[i] = bytes[i] * (1 / 256f);
        }
        probabilities = Models.probabilities(model, inputs);
    }

    @Test
    void onnxRuntimeGivesTheSameLabelsAndProbabilities() throws Exception {
        Path file = directory.resolve("new/model.onnx");
        Lockstep export = Lockstep.run("export", "--model", run, "--output", file);
        assertThat(export.exitCode()).as(export.err()).isZero();
        assertThat(export.out()).contains("model.onnx: network 784-16-10, inputs features,");
        float[][] features = new float[bytes.length / FEATURES][];
        for (int row = 0; row < features.length; row++) {
            features[row] = Arrays.copyOfRange(bytes, row * FEATURES, (row + 1) * FEATURES);
        }
        OnnxScores scores = OnnxScores.of(Files.readAllBytes(file), Map.of("features", features));
        assertThat(features).hasDimensions(10_000, FEATURES);
        for (int row = 0; row < features.length; row++) {
            assertSame(row, ((long[]) scores.labels())[row], scores.probabilities()[row]);
        }
    }

    @Test
    void theModelsDirectoryIsAsGoodAsTheRun() throws IOException {
        for (Path given : List.of(run, run.resolve("model"))) {
            Lockstep export = Lockstep.run("export", "--model", given, "--output", directory.resolve("a.onnx"));
            assertThat(export.exitCode()).as(export.err()).isZero();
        }
    }

    @Test
    void saysWhatIsNoModelAndWhatIsNoFile() {
        Lockstep noModel = Lockstep.run("export", "--model", directory, "--output", directory.resolve("b.onnx"));
        assertThat(noModel.exitCode()).isEqualTo(ExitCode.WRONG_CONFIGURATION);
        assertThat(noModel.err()).contains("--model: expected a run directory or its model/, found no model.json in");
        Lockstep noFile = Lockstep.run("export", "--model", run, "--output", directory);
        assertThat(noFile.exitCode()).isEqualTo(ExitCode.WRONG_CONFIGURATION);
        assertThat(noFile.err()).contains("--output: expected a file, found the directory");
        assertThat(directory.resolve("b.onnx")).doesNotExist();
    }

    @Test
    void aDamagedModelIsBadDataAndNothingIsWritten() throws IOException {
        Path damaged = Files.createDirectories(directory.resolve("damaged"));
        String description = Files.readString(run.resolve("model/model.json"));
        Files.writeString(damaged.resolve("model.json"), description.replace("architecture", "architectures"));
        Lockstep export = Lockstep.run("export", "--model", damaged, "--output", directory.resolve("c.onnx"));
        assertThat(export.exitCode()).isEqualTo(ExitCode.BAD_DATA);
        assertThat(export.err().lines())
                .singleElement()
                .asString()
                .endsWith("damaged/model.json: architecture: expected a JSON object, found nothing");
        assertThat(directory.resolve("c.onnx")).doesNotExist();
    }

    @Test
    void numpyAloneGivesTheSameLabelsAndProbabilities() throws Exception {
        List<String> lines = score(run.resolve("model"), IMAGES);
        assertThat(lines.get(0)).isEqualTo("label,0,1,2,3,4,5,6,7,8,9");
        assertThat(lines).hasSize(1 + 10_000);
        for (int row = 0; row < 10_000; row++) {
            String[] cells = lines.get(row + 1).split(",");
            float[] found = new float[10];
            for (int i = 0; i < found.length; i++) {
                found[i] = Float.parseFloat(cells[i + 1]);
            }
            assertSame(row, Long.parseLong(cells[0]), found);
        }
    }

    @Test
    void numpyAlonePreparesTables() throws Exception {
        Path table = directory.resolve("table.csv");
        Files.writeString(table, TableRows.CSV);
        List<String> lines = score(Path.of("src/test/resources/golden/model-2"), table);
        assertThat(lines).hasSize(1 + TableRows.COUNT);
        TrainedModel model = Models.table();
        float[] expected = Models.probabilities(model, TableRows.encoded(model.preparation()));
        for (int row = 0; row < TableRows.COUNT; row++) {
            String[] cells = lines.get(row + 1).split(",");
            assertThat(Float.parseFloat(cells[1])).isCloseTo(expected[2 * row], within(TOLERANCE));
            assertThat(Float.parseFloat(cells[2])).isCloseTo(expected[2 * row + 1], within(TOLERANCE));
            assertThat(cells[0]).isEqualTo(expected[2 * row] >= expected[2 * row + 1] ? "no" : "yes");
        }
    }

    private static void assertSame(int row, long label, float[] found) {
        int likeliest = 0;
        for (int i = 0; i < found.length; i++) {
            float expected = probabilities[row * found.length + i];
            assertThat(found[i]).isCloseTo(expected, within(TOLERANCE));
            if (expected > probabilities[row * found.length + likeliest]) {
                likeliest = i;
            }
        }
        assertThat(label).isEqualTo(likeliest);
    }

    /** The lines that the example prints; the test is skipped where there is no Python with numpy. */
    private static List<String> score(Path model, Path data) throws Exception {
        Python.require(directory, "numpy");
        return Python.lines(directory, "examples/score.py", model, data);
    }
}
