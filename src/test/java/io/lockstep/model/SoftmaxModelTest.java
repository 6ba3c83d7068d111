package io.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lockstep.LockstepException;
import io.lockstep.data.RowDecoder;
import io.lockstep.linalg.Arithmetic;
import io.lockstep.nn.Batch;
import io.lockstep.nn.Network;
import io.lockstep.nn.Workspace;
import io.lockstep.storage.Directory;
import io.lockstep.storage.Safetensors;
import io.lockstep.storage.Tensor;
import io.lockstep.storage.WeightsDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SoftmaxModelTest {
    @TempDir
    private Path directory;

    @Test
    void readsBackWhatItWrote() throws IOException {
        SoftmaxModel model = model();
        model.write(stored());
        assertThat(SoftmaxModel.read(stored())).usingRecursiveComparison().isEqualTo(model);
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("model.json", "weights.safetensors");
    }

    @Test
    void tensorsHoldTheFlatArrayInOrderWithShapesForXTimesW() throws IOException {
        SoftmaxModel model = model();
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

    private static double networkLoss(SoftmaxModel model, float[] x, int label) {
        Batch batch = new Batch(x.length);
        batch.resize(1);
        System.arraycopy(x, 0, batch.features(), 0, x.length);
        batch.labels()[0] = label;
        Network network = model.network();
        return network.loss(model.parameters(), new Workspace(network, Arithmetic.EXACT, batch))
                .meanLoss();
    }

    @Test
    void theDigestIsThatOfLittleEndianFloats() {
        // printf '\x00\x00\x80\x3f\x00\x00\x00\xc0' | sha256sum
        assertThat(WeightsDigest.sha256(new float[] {1f, -2f}))
                .isEqualTo("ee4ac73c2bd27756ab82780f27c73a7bc4d3f0bb6acb37e008bc27eccd7e588b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"formatVersion\" : 1 | \"formatVersion\" : 2",
                "[ 4, 3, 2 ] | [ 4, 5, 2 ]",
                "[ 4, 3, 2 ] | [ 4, -3, 2 ]",
                "[ 4, 3, 2 ] | [ 4 ]",
                "[ 4, 3, 2 ] | [ 1000000000, 1, 2 ]",
                "\"formatVersion\" : 1 | \"formatVersion\" : \"1\"",
                "\"hiddenActivation\" : \"relu\" | \"hiddenActivation\" : \"tanh\"",
                "[ 4, 3, 2 ] | \"none\"",
                "[ 0, 1 ] | [ 0, 1, 2 ]",
                "[ 0, 1 ] | [ 0, 1.5 ]",
                "[ 0, 1 ] | [ 1, 0 ]",
                "\"featureScale\" : 0.25 | \"featureScale\" : null",
                "\"featureScale\" : 0.25 | \"featureScale\" : 0",
                "\"weightsSha256\" : \" | \"weightsSha256\" : \"0",
                "{ | [",
            })
    void refusesADescriptionThatDoesNotFit(String found, String replacement) throws IOException {
        model().write(stored());
        Path description = directory.resolve("model.json");
        String text = Files.readString(description);
        assertThat(text).contains(found);
        Files.writeString(description, text.replace(found, replacement));
        assertThatThrownBy(() -> SoftmaxModel.read(stored())).isInstanceOf(LockstepException.class);
    }

    @Test
    void saysWhichFileIsMissing() {
        assertThatThrownBy(() -> SoftmaxModel.read(stored()))
                .isInstanceOf(LockstepException.class)
                .hasMessageContaining("model.json: no such file");
    }

    private Directory stored() {
        return Directory.at(new org.apache.hadoop.fs.Path(directory.toUri()), new Configuration());
    }

    private static SoftmaxModel model() {
        Network network = Network.of(List.of(4, 3, 2));
        return new SoftmaxModel(
                network,
                numbers(network.parameterCount()),
                new RowDecoder(0.25f, List.of(0, 1)),
                new Provenance("run", "0.1.0", "2026-01-01T00:00:00Z", "fingerprint"));
    }

    /** Biases other than 0, too. */
    private static float[] numbers(int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) Math.sin(i + 1);
        }
        return numbers;
    }
}
