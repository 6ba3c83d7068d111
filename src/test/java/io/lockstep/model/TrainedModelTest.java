package io.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lockstep.LockstepException;
import io.lockstep.data.Label;
import io.lockstep.data.prepare.ColumnPreparation.Numbers;
import io.lockstep.data.prepare.Preparation;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.nn.Batch;
import io.lockstep.nn.Network;
import io.lockstep.nn.Workspace;
import io.lockstep.storage.Directory;
import io.lockstep.storage.Json;
import io.lockstep.storage.Safetensors;
import io.lockstep.storage.Tensor;
import io.lockstep.storage.WeightsDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainedModelTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    @TempDir
    private Path directory;

    @Test
    void readsBackWhatItWrote() throws IOException {
        TrainedModel model = model();
        model.write(stored());
        assertThat(TrainedModel.read(stored())).usingRecursiveComparison().isEqualTo(model);
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("model.json", "weights.safetensors");
    }

    @Test
    void tensorsHoldTheFlatArrayInOrderWithShapesForXTimesW() throws IOException {
        TrainedModel model = model();
        model.write(stored());
        byte[] file = Files.readAllBytes(directory.resolve("weights.safetensors"));
        List<Tensor> tensors = Safetensors.decode(file, "weights").tensors();
        assertThat(tensors.stream().map(tensor -> tensor.name() + tensor.shape()))
                .containsExactly(
                        "layers.0.weight[4, 3]", "layers.0.bias[3]", "layers.1.weight[3, 2]", "layers.1.bias[2]");
        float[] x = {1, 2, 3, 4};
        double[] hidden = product(x, tensors.get(0), tensors.get(1));
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = Math.max(hidden[i], 0);
        }
        double[] logits = product(hidden, tensors.get(2), tensors.get(3));
        double loss = Math.log(Math.exp(logits[0]) + Math.exp(logits[1])) - logits[1];
        assertThat(networkLoss(model, x, 1)).isCloseTo(loss, within(1e-6));
        assertThat(probabilities(model, x)[1]).isCloseTo((float) Math.exp(-loss), within(1e-6f));
        float[] flat = new float[model.parameters().length];
        int end = 0;
        for (Tensor tensor : tensors) {
            System.arraycopy(tensor.values(), 0, flat, end, tensor.values().length);
            end += tensor.values().length;
        }
        assertThat(flat).isEqualTo(model.parameters());
    }

    /** x @ w + b, with w (inputs × outputs) row by row. */
    private static double[] product(double[] x, Tensor w, Tensor b) {
        double[] product = new double[b.values().length];
        for (int output = 0; output < product.length; output++) {
            product[output] = b.values()[output];
            for (int input = 0; input < x.length; input++) {
                product[output] += x[input] * w.values()[input * product.length + output];
            }
        }
        return product;
    }

    private static double[] product(float[] x, Tensor w, Tensor b) {
        return product(new double[] {x[0], x[1], x[2], x[3]}, w, b);
    }

    private static double networkLoss(TrainedModel model, float[] x, int label) {
        Workspace workspace = workspace(model, x);
        workspace.batch().labels()[0] = label;
        return model.network().loss(model.parameters(), workspace).meanLoss();
    }

    private static float[] probabilities(TrainedModel model, float[] x) {
        return model.network().probabilities(model.parameters(), workspace(model, x));
    }

    private static Workspace workspace(TrainedModel model, float[] x) {
        Batch batch = new Batch(x.length);
        batch.resize(1);
        System.arraycopy(x, 0, batch.features(), 0, x.length);
        return new Workspace(model.network().layers(), Arithmetic.EXACT, batch);
    }

    @Test
    void theDigestIsThatOfLittleEndianFloats() {
        // printf '\x00\x00\x80\x3f\x00\x00\x00\xc0' | sha256sum
        assertThat(WeightsDigest.sha256(new float[] {1f, -2f}))
                .isEqualTo("ee4ac73c2bd27756ab82780f27c73a7bc4d3f0bb6acb37e008bc27eccd7e588b");
    }

    @Test
    void readsModelsOfVersion1() {
        TrainedModel model = TrainedModel.read(golden("run-0.1.0/model"));
        assertThat(model.network()).hasToString("5-3-3");
        assertThat(model.classes()).containsExactly(Label.of(0), Label.of(1), Label.of(2));
        assertThat(model.preparation()).isEqualTo(Preparation.ofBytes(5, 1 / 256f));
        assertThat(model.provenance().runId()).isEqualTo("216db420-4af3-490d-bd09-4ba3aa7d3137");
        assertThat(WeightsDigest.sha256(model.parameters()))
                .isEqualTo("e108bcab3f45f16bc766eb9b5b7e75b4c9622d40e8685302503b367a60377fea");
    }

    @Test
    void readsModelsOfVersion2() {
        assertThat(TrainedModel.read(golden("model-2")))
                .usingRecursiveComparison()
                .withEqualsForType(Double::equals, Double.class) // NaN too
                .isEqualTo(Models.table());
    }

    @Test
    void writesModelsOfVersion2AsEver() throws IOException {
        Models.table().write(stored());
        for (String name : List.of("model.json", "weights.safetensors")) {
            assertThat(directory.resolve(name)).hasSameBinaryContentAs(GOLDEN.resolve("model-2/" + name));
        }
    }

    @Test
    void keepsTheNameOfTheColumnThatItPredicts() throws IOException {
        model().write(stored());
        replace("\"arithmetic\"", "\"labelColumn\" : \"Größe\", \"arithmetic\"");
        TrainedModel read = TrainedModel.read(stored());
        assertThat(read.provenance().labelColumn()).isEqualTo("Größe");
        read.write(stored());
        assertThat(TrainedModel.read(stored()).provenance()).isEqualTo(read.provenance());
    }

    @Test
    void labelsKeepTheirType() throws IOException {
        for (List<?> labels : List.of(List.of(-3L, 1L << 40), List.of("01", "1"), List.of(false, true))) {
            List<Label> classes = labels.stream().map(label -> new Label(label)).toList();
            Models.of(Network.of(List.of(4, 2)), classes, Preparation.ofBytes(4, 1))
                    .write(stored());
            assertThat(TrainedModel.read(stored()).classes()).isEqualTo(classes);
        }
    }

    @Test
    void aDescriptionMayBeAsLongAsAWideArrayMakesIt() throws IOException {
        double[] many =
                IntStream.range(0, 60_000).mapToDouble(i -> 1 + Math.sin(i) / 2).toArray();
        Preparation wide = new Preparation(List.of(new Numbers("array", true, many, many, many)));
        Models.of(Network.of(List.of(many.length, 2)), model().classes(), wide).write(stored());
        assertThat(Files.size(directory.resolve("model.json"))).isGreaterThan(Json.MAX_BYTES);
        Numbers read =
                (Numbers) TrainedModel.read(stored()).preparation().columns().get(0);
        assertThat(List.of(read.subtract(), read.divide(), read.missing())).containsOnly(many);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"formatVersion\" : 2 | \"formatVersion\" : 3",
                "\"formatVersion\" : 2 | \"formatVersion\" : 1",
                "\"formatVersion\" : 2 | \"formatVersion\" : \"2\"",
                "[ 10, 3, 2 ] | [ 10, 5, 2 ]",
                "[ 10, 3, 2 ] | [ 11, 3, 2 ]",
                "[ 10, 3, 2 ] | [ 10, -3, 2 ]",
                "[ 10, 3, 2 ] | [ 10 ]",
                "[ 10, 3, 2 ] | [ 1000000000, 1, 2 ]",
                "[ 10, 3, 2 ] | \"none\"",
                "\"hiddenActivation\" : \"relu\" | \"hiddenActivation\" : \"tanh\"",
                "\"outputActivation\" : \"softmax\" | \"outputActivation\" : \"linear\"",
                "\"hiddenActivation\" : \"relu\" | \"hiddenActivation\" : \"relu\", \"residual\" : true",
                "\"type\" : \"text\" | \"type\" : \"date\"",
                "\"type\" : \"text\" | \"type\" : \"integer\"",
                "[ \"no\", \"yes\" ] | [ \"no\", \"perhaps\", \"yes\" ]",
                "[ \"no\", \"yes\" ] | [ \"no\" ]",
                "[ \"no\", \"yes\" ] | [ ]",
                "[ \"no\", \"yes\" ] | [ \"no\", true ]",
                "[ \"no\", \"yes\" ] | [ \"yes\", \"no\" ]",
                "\"kind\" : \"array\" | \"kind\" : \"image\"",
                "\"kind\" : \"number\" | \"kind\" : \"bytes\"",
                "\"length\" : 3 | \"length\" : 4",
                "\"length\" : 3 | \"length\" : 2147483647",
                "\"length\" : 3 | \"length\" : -1",
                "\"divide\" : 8.0 | \"divide\" : 0.0",
                "\"divide\" : 8.0 | \"divide\" : 1e999",
                "\"divide\" : 8.0 | \"divide\" : \"refused\"",
                "\"divide\" : 8.0 | \"times\" : 8.0",
                "\"divide\" : 8.0 | \"divide\" : 8.0, \"power\" : 2",
                "\"unseen\" : \"zeros\" | \"unseen\" : \"other\"",
                "\"missing\" : 41.5 | \"missing\" : null",
                "[ \"blue\", \"red\" ] | [ \"red\", \"blue\" ]",
                "\"column\" : \"city\" | \"column\" : \"age\"",
                "\"arithmetic\" : \"exact\" | \"arithmetic\" : \"fast\"",
                "\"runId\" : \"run\" | \"runId\" : 7",
                "\"weightsSha256\" : \" | \"weightsSha256\" : \"0",
                "\"weightsSha256\" | \"quantised\" : 8, \"weightsSha256\"",
                "{ | [",
            })
    void refusesADescriptionThatDoesNotFit(String found, String replacement) throws IOException {
        Models.table().write(stored());
        replace(found, replacement);
        assertThatThrownBy(() -> TrainedModel.read(stored()))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining(directory.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"featureScale\" : 0.00390625 | \"featureScale\" : null",
                "\"featureScale\" : 0.00390625 | \"featureScale\" : 0",
                "[ 0, 1, 2 ] | [ 0, 1 ]",
                "[ 0, 1, 2 ] | [ 0, 1.5, 2 ]",
                "[ 0, 1, 2 ] | [ 2, 1, 0 ]",
                "\"classLabels\" | \"preparation\" : [ ], \"classLabels\"",
            })
    void refusesADescriptionOfVersion1ThatDoesNotFit(String found, String replacement) throws IOException {
        for (String name : List.of("model.json", "weights.safetensors")) {
            Files.copy(GOLDEN.resolve("run-0.1.0/model").resolve(name), directory.resolve(name));
        }
        replace(found, replacement);
        assertThatThrownBy(() -> TrainedModel.read(stored())).isInstanceOf(LockstepException.class);
    }

    @Test
    void saysWhereItFoundWhatItDoesNotKnow() throws IOException {
        Models.table().write(stored());
        replace("\"kind\" : \"array\"", "\"kind\" : \"image\"");
        assertThatThrownBy(() -> TrainedModel.read(stored()))
                .hasMessageEndingWith("model.json: preparation[4]: expected \"number\", \"array\", \"category\" or"
                        + " \"bytes\" as kind, found \"image\"");
    }

    @Test
    void refusesWeightsThatAreNotFinite() throws IOException {
        TrainedModel model = model();
        model.parameters()[13] = Float.NaN;
        model.write(stored());
        assertThatThrownBy(() -> TrainedModel.read(stored()))
                .isInstanceOf(LockstepException.class)
                .hasMessageEndingWith("weights.safetensors: expected finite weights, found NaN as number 1 of tensor"
                        + " 'layers.0.bias'");
    }

    @Test
    void partsThatDoNotFitMakeNoModel() {
        Network network = Network.of(List.of(4, 2));
        List<Label> classes = model().classes();
        assertThatThrownBy(() -> Models.of(network, classes, Preparation.ofBytes(5, 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Models.of(network, List.of(Label.of(1)), Preparation.ofBytes(4, 1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Models.of(network, List.of(Label.of(1), new Label("1")), Preparation.ofBytes(4, 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void saysWhichFileIsMissing() {
        assertThatThrownBy(() -> TrainedModel.read(stored()))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("model.json: no such file");
    }

    private Directory stored() {
        return Directory.at(new org.apache.hadoop.fs.Path(directory.toUri()), new Configuration());
    }

    private static Directory golden(String name) {
        return Directory.at(new org.apache.hadoop.fs.Path(GOLDEN.resolve(name).toUri()), new Configuration());
    }

    private void replace(String found, String replacement) throws IOException {
        Path description = directory.resolve("model.json");
        String text = Files.readString(description);
        assertThat(text).contains(found);
        Files.writeString(description, text.replace(found, replacement));
    }

    private static TrainedModel model() {
        return Models.of(
                Network.of(List.of(4, 3, 2)), List.of(Label.of(0), Label.of(1)), Preparation.ofBytes(4, 0.25f));
    }
}
